"""Draws the picture of a document as SVG, one drawing for the page and for the PDF: lines and letters, no library.

Ink is `currentColor`, so that it is black on paper and legible on a dark screen; shape and dash tell curves apart.
"""

from collections.abc import Iterable
from html import escape

from sereniv.therapy.documents.picture import Curve, Drawn, Panel, Picture

WIDTH, LEFT, EDGE = 700, 64, 12
SHARE_HEIGHT, GAP, AXIS = 20, 7, 20
MARK_ROW, MARK_ROWS_MOST = 12, 5
LETTER = 6.2
"""Width of one letter at the size of the labels, generously."""


def svg(picture: Picture) -> str:
    """Return one `<svg>` element that scales to its container."""
    rows = _rows(picture)
    top = 6 + MARK_ROW * (max(rows, default=-1) + 1)
    heights = [panel.share * SHARE_HEIGHT for panel in picture.panels]
    bottom = top + sum(heights) + GAP * (len(heights) - 1)
    height = bottom + AXIS
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="document-picture" viewBox="0 0 {WIDTH} {height}" '
        f'width="{WIDTH}" height="{height}" role="img" aria-label="{escape(picture.title)}. {escape(picture.summary)}" '
        'font-family="DejaVu Sans, sans-serif" font-size="9.5" fill="currentColor">'
    ]
    parts += _marks(picture, rows, bottom)
    y = top
    for panel, tall in zip(picture.panels, heights, strict=True):
        parts += _panel(picture, panel, y, tall)
        y += tall + GAP
    parts += _axis(picture, bottom)
    return "".join((*parts, "</svg>"))


def _x(picture: Picture, value: float) -> float:
    share = (value - picture.first) / (picture.last - picture.first)
    return LEFT + (_right(picture) - LEFT) * share


def _right(picture: Picture) -> float:
    """Return where the panels end: beside them stand the words of their limits."""
    words = [words for panel in picture.panels for _, words in panel.limits]
    return WIDTH - EDGE - max((LETTER * 0.85 * len(each) for each in words), default=0.0)


def _y(panel: Panel, value: float, top: float, tall: float) -> float:
    return top + tall * (panel.high - min(max(value, panel.low), panel.high)) / (panel.high - panel.low)


def _rows(picture: Picture) -> list[int]:
    """Return for each mark the row its number stands in, so that no number stands on another; -1 where none is free."""
    ends: list[float] = []
    found = []
    for at, words in picture.marks:
        x, half = _x(picture, at), LETTER * len(words) / 2 + 1.5
        row = next((place for place, end in enumerate(ends) if end < x - half), len(ends))
        if row >= MARK_ROWS_MOST:
            row = min(range(len(ends)), key=ends.__getitem__)
        if row == len(ends):
            ends.append(0.0)
        ends[row] = x + half
        found.append(row)
    return found


def _marks(picture: Picture, rows: list[int], bottom: float) -> Iterable[str]:
    for (at, words), row in zip(picture.marks, rows, strict=True):
        x, y = _x(picture, at), 12 + MARK_ROW * row
        yield f'<path d="M{x:.1f} {y + 2:.1f}V{bottom:.1f}" stroke="currentColor" stroke-width="0.5" opacity="0.35"/>'
        yield f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="8.5">{escape(words)}</text>'


def _panel(picture: Picture, panel: Panel, top: float, tall: float) -> Iterable[str]:
    right = _right(picture)
    yield (
        f'<rect x="{LEFT}" y="{top:.1f}" width="{right - LEFT:.1f}" height="{tall:.1f}" fill="none" '
        'stroke="currentColor" stroke-width="0.6" opacity="0.7"/>'
    )
    middle = top + tall / 2
    sideways = f'transform="translate(12 {middle:.1f}) rotate(-90)"'
    yield f'<text {sideways} text-anchor="middle" font-size="8.5">{escape(panel.title)}</text>'
    for level in _levels(panel, tall):
        y = _y(panel, level, top, tall)
        yield f'<path d="M{LEFT} {y:.1f}H{right:.1f}" stroke="currentColor" stroke-width="0.4" opacity="0.25"/>'
        yield f'<text x="{LEFT - 5}" y="{y + 3:.1f}" text-anchor="end" font-size="8.5">{level:g}</text>'
    for level, words in panel.limits:
        y = _y(panel, level, top, tall)
        yield f'<path d="M{LEFT} {y:.1f}H{right:.1f}" stroke="currentColor" stroke-width="0.8" stroke-dasharray="5 3"/>'
        yield f'<text x="{right + 4:.1f}" y="{y + 3:.1f}" font-size="8">{escape(words)}</text>'
    for at, low, high in panel.bars:
        x = _x(picture, at)
        below, above = _y(panel, low, top, tall), _y(panel, high, top, tall)
        yield f'<path d="M{x:.1f} {above:.1f}V{below:.1f}" stroke="currentColor" stroke-width="0.8"/>'
    for curve in panel.curves:
        yield from _curve(picture, panel, curve, top, tall)


def _levels(panel: Panel, tall: float) -> list[float]:
    """Return round levels of an axis, as many as can be read at its height."""
    most = max(2, int(tall // 22))
    size = 10.0 ** (len(str(int(panel.high - panel.low))) - 2)
    steps = (size * each for each in (0.5, 1, 2, 2.5, 5, 10, 20, 50))
    step = next(each for each in steps if (panel.high - panel.low) / each <= most)
    first = -(-panel.low // step) * step
    return [first + step * place for place in range(int((panel.high - first) / step + 1e-9) + 1)]


def _curve(picture: Picture, panel: Panel, curve: Curve, top: float, tall: float) -> Iterable[str]:
    if curve.drawn in {Drawn.LINE, Drawn.STEPS, Drawn.JOINED}:
        wide = 0.7 if curve.drawn is Drawn.LINE else 1.3
        path = _path(picture, panel, curve, top, tall)
        yield f'<path d="{path}" fill="none" stroke="currentColor" stroke-width="{wide}"/>'
    if curve.drawn in {Drawn.DOWN, Drawn.UP, Drawn.DOT, Drawn.JOINED}:
        for at, value in curve.points:
            if value is not None:
                yield _sign(curve.drawn, _x(picture, at), _y(panel, value, top, tall))


def _path(picture: Picture, panel: Panel, curve: Curve, top: float, tall: float) -> str:
    said, before = [], None
    for at, value in curve.points:
        if value is None:
            before = None
            continue
        x, y = _x(picture, at), _y(panel, value, top, tall)
        if before is None:
            said.append(f"M{x:.1f} {y:.1f}")
        elif curve.drawn is Drawn.STEPS:
            said.append(f"H{x:.1f}V{y:.1f}")
        else:
            said.append(f"L{x:.1f} {y:.1f}")
        before = value
    return "".join(said) or "M0 0"


def _sign(drawn: Drawn, x: float, y: float) -> str:
    match drawn:
        case Drawn.DOWN:
            return f'<path d="M{x - 3:.1f} {y - 3.5:.1f}h6l-3 5z"/>'
        case Drawn.UP:
            return f'<path d="M{x - 3:.1f} {y + 3.5:.1f}h6l-3 -5z"/>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.4"/>'


def _axis(picture: Picture, bottom: float) -> Iterable[str]:
    end = 0.0
    for at, words in picture.ticks:
        x, half = _x(picture, at), LETTER * len(words) / 2
        yield f'<path d="M{x:.1f} {bottom:.1f}v4" stroke="currentColor" stroke-width="0.6"/>'
        if x - half > end and x + half < WIDTH:
            yield f'<text x="{x:.1f}" y="{bottom + 15:.1f}" text-anchor="middle" font-size="8.5">{escape(words)}</text>'
            end = x + half + 4
