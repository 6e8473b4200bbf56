"""The ledger in words: what kind of entry, and in whose record it stands."""

from sereniv.clinic.records import queries

SHORT = 8
"""How much of an id is shown: enough to tell two records apart on one page."""


def stream_in_words(stream: str) -> str:
    """Write a stream with the beginning of its id: session a45640c5."""
    subject, _, subject_id = stream.partition("/")
    return f"{subject} {subject_id[:SHORT]}".strip()


def record_in_words(stream: str) -> str:
    """Say in whose record an entry stands, by name where it is about a person."""
    subject, _, subject_id = stream.partition("/")
    if subject in {"person", "register"}:
        person = queries.person_of(subject_id)
        return f"the record of {person}" if person else stream_in_words(stream)
    if subject == "session":
        row = queries.session_of(subject_id)
        return f"infusion {row.infusion_number} of {row.person}" if row else stream_in_words(stream)
    if subject == "stock":
        vial = queries.vial_of(subject_id)
        return f"the ledger of vial {vial.label}" if vial else stream_in_words(stream)
    return stream_in_words(stream)


def person_of(stream: str) -> list[str]:
    """Return the id of the person in whose record a stream stands, none where it is in nobody's."""
    subject, _, subject_id = stream.partition("/")
    if subject == "session":
        whose = queries.whose_session(subject_id)
        return [str(whose)] if whose else []
    return [subject_id] if subject in {"person", "register"} else []
