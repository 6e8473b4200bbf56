"""Run the command line with `python -m sereniv`."""

from sereniv.cli import main

if __name__ == "__main__":
    main()
