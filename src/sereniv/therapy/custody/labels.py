"""Labels of vials: when two of them are one and the same to whoever reads them off the glass."""

from sereniv.knowledge.rows import words_of


def as_read_aloud(label: str) -> str:
    """Return a label without what nobody reads out: capitals, blanks, hyphens, wide letters, an O for a zero."""
    return "".join(words_of(label)).replace("o", "0") or label.strip()
