"""The clinic's own numbers by what they govern, so that they are read and signed together."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnGroup:
    """Numbers that are read together: a name for the address, a title, and patterns of the names of its numbers."""

    name: str
    title: str
    thresholds: tuple[str, ...]

    def holds(self, threshold: str) -> bool:
        """Say whether the number of this name belongs to the group."""
        return any(fnmatchcase(threshold, each) for each in self.thresholds)


OWN_GROUPS = {
    each.name: each
    for each in (
        OwnGroup(name="candidacy", title="Candidacy", thresholds=("criteria.*",)),
        OwnGroup(
            name="infusion",
            title="Dose, rate and duration of an infusion",
            thresholds=(
                "limits.first_infusion_mg_per_kg.*",
                "limits.dose_mg.*",
                "limits.dose_mg_per_kg.*",
                "limits.dose_mg_per_kg_actual.*",
                "limits.rate_mg_per_kg_per_h.*",
                "limits.concentration_mg_per_ml.*",
                "limits.duration_min.*",
            ),
        ),
        OwnGroup(
            name="pain-infusion", title="Dose, rate and duration of a pain infusion", thresholds=("limits.pain_*",)
        ),
        OwnGroup(
            name="increase",
            title="Increase over the last tolerated infusion, and a raised dose after a pause",
            thresholds=("limits.dose_step_*", "limits.rate_step_*", "limits.after_a_pause.*"),
        ),
        OwnGroup(
            name="too-little",
            title="Far less than the protocol gives, or than the last tolerated infusion",
            thresholds=("limits.dose_under_protocol_percent.*", "limits.dose_fall_percent.*"),
        ),
        OwnGroup(
            name="maintenance",
            title="How close infusions of maintenance may be",
            thresholds=("limits.sooner_than_planned.*", "limits.closer_than_weekly.*"),
        ),
        OwnGroup(name="twelve-months", title="Over twelve months", thresholds=("limits.*_in_12_months.*",)),
        OwnGroup(name="vital-signs", title="Vital signs", thresholds=("schedule.*", "pain_schedule.*")),
        OwnGroup(name="prompts", title="Prompts on which nobody acts", thresholds=("acknowledgement.*",)),
        OwnGroup(name="discharge", title="Discharge", thresholds=("discharge.*",)),
        OwnGroup(name="suicide-items", title="Suicide items", thresholds=("suicide_item.*",)),
        OwnGroup(name="sign-in", title="How long a sign-in holds", thresholds=("sign_in.*",)),
        OwnGroup(name="care-teams", title="Charts kept to the care team", thresholds=("care_teams.*",)),
        OwnGroup(name="work-up", title="Work-up and consent", thresholds=("work_up.*", "consent.*")),
    )
}
"""Every group by its name, in the order in which they are shown; a number belongs to exactly one."""
