"""Draw the tutorial's figures again, by running its blocks in this folder: `python docs/tutorial/draw.py`."""

import os
import re
from pathlib import Path

FOLDER = Path(__file__).parent

if __name__ == "__main__":
    import matplotlib as mpl

    mpl.rcParams["svg.hashsalt"] = "sereniv"  # the same picture gives the same file
    os.chdir(FOLDER)
    names: dict[str, object] = {}
    for block in re.findall(
        r"```python\n(.*?)```", (FOLDER / "pharmacology.md").read_text(encoding="utf-8"), flags=re.DOTALL
    ):
        exec(block, names)  # noqa: S102  the page's own code
