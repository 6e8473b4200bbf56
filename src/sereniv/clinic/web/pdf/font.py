"""Which characters the embedded fonts can draw, read from the fonts themselves."""

import struct
from functools import cache
from pathlib import Path

REGULAR = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
SEGMENTED_COVERAGE = 12
"""The format of a character map that reaches beyond the first 65 536 characters."""


@cache
def covered() -> frozenset[int]:
    """Return the code points that both fonts draw; the bold one has what the regular one has and more.

    Raises
    ------
    ValueError
        When the font holds no character map of the format read here.
    """
    font = REGULAR.read_bytes()
    table = _character_map(font)
    tables = struct.unpack_from(">H", font, table + 2)[0]
    for place in range(tables):
        offset = table + struct.unpack_from(">HHI", font, table + 4 + 8 * place)[2]
        if struct.unpack_from(">H", font, offset)[0] == SEGMENTED_COVERAGE:
            groups = struct.unpack_from(">I", font, offset + 12)[0]
            ranges = (struct.unpack_from(">II", font, offset + 16 + 12 * each) for each in range(groups))
            return frozenset(code for first, last in ranges for code in range(first, last + 1))
    raise ValueError(f"{REGULAR.name} holds no character map of format {SEGMENTED_COVERAGE}.")


def _character_map(font: bytes) -> int:
    """Return where the table `cmap` begins."""
    for place in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        if tag == b"cmap":
            return int(offset)
    raise ValueError(f"{REGULAR.name} holds no character map.")
