"""Which characters the embedded fonts can draw, read from the fonts themselves."""

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
REGULAR = ("DejaVuSans.ttf", "NotoSansDevanagari-Regular.ttf", "NotoSansThai-Regular.ttf", "DroidSansFallback.ttf")
"""One font a family; a bold one has what the regular one has and more, and the last has no bold one."""

SEGMENTED, SEGMENTED_COVERAGE = 4, 12
"""The formats of a character map within the first 65 536 characters, and beyond them."""


@cache
def covered() -> frozenset[int]:
    """Return the code points that the fonts draw.

    Raises
    ------
    ValueError
        When a font holds no character map of a format read here.
    """
    return frozenset(code for name in REGULAR for code in _codes((FOLDER / name).read_bytes(), name))


def _codes(font: bytes, name: str) -> Iterator[int]:
    table = _character_map(font, name)
    (tables,) = struct.unpack_from(">H", font, table + 2)
    offsets = [table + struct.unpack_from(">HHI", font, table + 4 + 8 * place)[2] for place in range(tables)]
    by_format = {struct.unpack_from(">H", font, offset)[0]: offset for offset in offsets}
    if SEGMENTED_COVERAGE in by_format:
        return _of_coverage(font, by_format[SEGMENTED_COVERAGE])
    if SEGMENTED in by_format:
        return _of_segments(font, by_format[SEGMENTED])
    raise ValueError(f"{name} holds no character map of format {SEGMENTED} or {SEGMENTED_COVERAGE}.")


def _of_coverage(font: bytes, offset: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">I", font, offset + 12)
    for each in range(groups):
        first, last = struct.unpack_from(">II", font, offset + 16 + 12 * each)
        yield from range(first, last + 1)


def _of_segments(font: bytes, offset: int) -> Iterator[int]:
    size = struct.unpack_from(">H", font, offset + 6)[0]
    count = size // 2
    ends = struct.unpack_from(f">{count}H", font, offset + 14)
    starts = struct.unpack_from(f">{count}H", font, offset + 16 + size)
    shifts = struct.unpack_from(f">{count}H", font, offset + 16 + 2 * size)
    ranges = struct.unpack_from(f">{count}H", font, offset + 16 + 3 * size)
    for each in range(count):
        place = offset + 16 + 3 * size + 2 * each + ranges[each]
        for code in range(starts[each], ends[each] + 1):
            listed = struct.unpack_from(">H", font, place + 2 * (code - starts[each]))[0] if ranges[each] else code
            # Glyph 0 is the box for what a font lacks; the last segment ends in no character at all.
            if listed and (listed + shifts[each]) % 0x10000 and code != 0xFFFF:
                yield code


def _character_map(font: bytes, name: str) -> int:
    """Return where the table `cmap` begins."""
    for place in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", font, 12 + 16 * place)
        if tag == b"cmap":
            return int(offset)
    raise ValueError(f"{name} holds no character map.")
