"""How what is graded at the chair is called, one name everywhere."""

from sereniv.therapy.session.events import IS_THERE_OR_NOT, Observation

NAMES = {
    Observation.MOAAS: "Alertness (MOAA/S)",
    Observation.BREATHLESSNESS: "Short of breath",
    Observation.FOCAL_DEFICIT: "Weakness, or trouble speaking",
    Observation.ARRHYTHMIA: "New irregular rhythm",
    Observation.IV_SITE: "IV site",
    Observation.OCCLUSION: "Line occluded",
    Observation.DISCONNECTION: "Line disconnected",
}

SEVERITY = ("none", "mild", "moderate", "severe")
ALERTNESS = (
    "no response", "only to painful squeeze", "only to prodding", "only to loud voice", "slow to normal voice", "alert",
)  # fmt: skip
GRADES = {
    Observation.MOAAS: ALERTNESS,
    Observation.DISTRESS: ("none", "uneasy", "distressed", "severe, agitated"),
    Observation.DISSOCIATION: ("here as usual", "a little away", "far away, answers", "does not answer"),
    Observation.IV_SITE: ("clean, soft", "sore", "red or swollen", "out of the vein"),
    Observation.VOMITING: ("none", "once", "more than once", "does not stop"),
    Observation.PAIN: (),
}
"""What each grade means, from 0 on, of what has words of its own; pain is a number, all else mild to severe."""


def grade_words(what: Observation, grade: int) -> str:
    """Say what a grade means; "" where it is a number alone."""
    words = GRADES.get(what, SEVERITY)
    return words[grade] if 0 <= grade < len(words) else ""


def observed_name(what: Observation) -> str:
    """Write an observation as a nurse would."""
    return NAMES.get(what, what.capitalize())


def observation_words(what: Observation, grade: int) -> str:
    """Say what was graded: its name with the grade and what that means; what is there or not, without a number."""
    if what in IS_THERE_OR_NOT:
        return observed_name(what) if grade else f"{observed_name(what)}: no, or no more"
    meaning = grade_words(what, grade)
    return f"{observed_name(what)} {grade}{f' ({meaning})' if meaning else ''}"
