"""What a prompt read, as a nurse would say it: the same words at the chair, in the log and in the note."""

from sereniv.therapy.session.events import LINE_FAULTS, RED_FLAGS

READ_NAMES = {
    "moaas": "MOAA/S",
    "spo2": "SpO₂",
    "respiratory_rate": "breathing",
    "due": "due since",
    "baseline_systolic": "before the start",
}

THERE_OR_NOT = frozenset({*RED_FLAGS, *LINE_FAULTS})
"""What has no grade: that it is there is what the prompt is called."""


def read_words(read: dict[str, str]) -> str:
    """Write what a prompt read: 168/96 mmHg, MOAA/S 2."""
    rest = dict(read)
    words = []
    if {"systolic", "diastolic"} <= rest.keys():
        above, _, source = rest.pop("systolic").partition(" ")
        below = rest.pop("diastolic").partition(" ")[0]
        words.append(f"{_trimmed(above)}/{_trimmed(below)} mmHg {source}".rstrip())
    for name, value in rest.items():
        question = value.partition(", ")[2]
        if question.endswith("?"):
            words.append(question)
            continue
        number, _, source = value.partition(" ")
        if name in THERE_OR_NOT and not source:
            continue
        words.append(f"{READ_NAMES.get(name, name.replace('_', ' '))} {_trimmed(number)} {source}".rstrip())
    return ", ".join(words)


def _trimmed(number: str) -> str:
    """Leave out the zeros that a stored decimal carries."""
    return number.rstrip("0").rstrip(".") if "." in number and number.replace(".", "").isdigit() else number
