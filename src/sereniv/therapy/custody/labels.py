"""Labels of vials: when two of them are one and the same to whoever reads them off the glass."""

import unicodedata


def as_read_aloud(label: str) -> str:
    """Return a label without what nobody reads out: capitals, blanks, hyphens, wide letters, an O for a zero."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    return "".join(each for each in plain if each.isalnum()).replace("o", "0") or plain.strip()
