"""The program on a clock that stands still: homes staged by it differ by nothing that time makes."""

from datetime import UTC, datetime

from sereniv.clinic import clock

STANDS_AT = datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


def main() -> None:
    """Run the command line as `python -m sereniv` does, at one and the same moment."""
    clock.real_now = lambda: STANDS_AT
    from sereniv.cli import main as program

    program()


if __name__ == "__main__":
    main()
