"""Days that people type about somebody: none that has not come yet, and none before they were born."""

from datetime import date

from sereniv.therapy.recording.refusal import Malformed


def demand_lived(day: date | None, born: date, today: date, words: str) -> None:
    """Raise Malformed where a day of somebody's life has not come yet, or lies before their birth.

    Parameters
    ----------
    words
        What the day is, as a sentence begins: "The day beside the signature".
    """
    if day is None:
        return
    if day > today:
        raise Malformed(f"{words} has not come yet.")
    if day < born:
        raise Malformed(f"{words} lies before the patient was born, on {born:%d %b %Y}. Correct the year.")
