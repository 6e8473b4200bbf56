"""Where the sheets of the open chairs lie, how old one may be, and whether they are kept."""

from datetime import timedelta
from pathlib import Path

from sereniv.clinic.home import Home
from sereniv.clinic.operating.findings import Finding, Moment, State, span_in_words
from sereniv.clinic.operating.house import is_served

FOLDER = "sheets"
SAVED_EVERY = timedelta(minutes=10)
"""So old a sheet may grow before it is saved anew: with a look that fails it is still under a quarter of an hour."""

OLDEST = timedelta(minutes=15)


def folder_of(home: Home) -> Path:
    """Return where a home's sheets lie."""
    return home.folder / FOLDER


def finding(moment: Moment) -> Finding:
    """Say whether one of them is older than it may be: those of chairs that are free are taken away."""
    folder = folder_of(moment.home)
    saved = [file.stat().st_mtime for file in folder.glob("*.pdf")] if folder.is_dir() else []
    if not saved:
        return Finding(topic="sheets", state=State.OK, words="No chair is open, by what lies there.")
    age = timedelta(seconds=moment.real.timestamp() - min(saved))
    words = f"{len(saved)} lie in {FOLDER}, the oldest saved {span_in_words(age)} ago."
    if age <= OLDEST or not is_served():
        return Finding(topic="sheets", state=State.OK, words=words)
    return Finding(
        topic="sheets",
        state=State.ACT,
        words=words,
        mend="Print the sheets from the board now. See that the home's disk has room, then the server's log.",
    )
