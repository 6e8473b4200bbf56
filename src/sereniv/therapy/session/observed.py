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


def observed_name(what: Observation) -> str:
    """Write an observation as a nurse would."""
    return NAMES.get(what, what.capitalize())


def observation_words(what: Observation, grade: int) -> str:
    """Say what was graded: its name with the grade; what is there or not, without a number."""
    if what in IS_THERE_OR_NOT:
        return observed_name(what) if grade else f"{observed_name(what)}: no, or no more"
    return f"{observed_name(what)} {grade}"
