"""What somebody wrote in their own words at a chair: each field of a session's entries that holds free text."""

from collections.abc import Mapping

from sereniv.therapy.session import events as ev

SAID = "said-"
"""How the name of a prompt begins that asks about words; the id of the alert it asks about follows."""

FREE_TEXT: Mapping[type, tuple[str, ...]] = {
    ev.AlertAcknowledged: ("action",),
    ev.Died: ("words",),
    ev.Discharged: ("exception", "told"),
    ev.DrugPrepared: ("reason",),
    ev.DrugReconciled: ("method", "explanation", "reason"),
    ev.DrugSpilt: ("words",),
    ev.EntryStruck: ("reason",),
    ev.GateLineAttested: ("detail",),
    ev.GateLineOverridden: ("reason",),
    ev.HelpAnswered: ("who",),
    ev.EmergencyClosed: ("words",),
    ev.InfusionFoundRunning: ("deviation",),
    ev.InfusionPaused: ("reason",),
    ev.InfusionStopped: ("reason",),
    ev.InterventionCharted: ("what",),
    ev.IntervalScreened: ("words",),
    ev.LeftUnseen: ("last_seen", "done"),
    ev.LineResited: ("site", "reason"),
    ev.MedicineGiven: ("medicine", "indication"),
    ev.ObservationCharted: ("remark",),
    ev.RateChanged: ("reason",),
    ev.RateFound: ("deviation",),
    ev.RecoveryScored: ("escort_present",),
    ev.RemarkCharted: ("text",),
    ev.SessionClosedUnused: ("reason",),
    ev.SoundTurnedOff: ("reason",),
    ev.TransferredOut: ("where", "reason"),
    ev.ValueConfirmedInSession: ("remark",),
    ev.VitalsCharted: ("rhythm",),
}

ABOUT_SIGNS = frozenset(
    {
        ev.AlertAcknowledged,
        ev.GateLineAttested,
        ev.InfusionFoundRunning,
        ev.InfusionPaused,
        ev.InfusionStopped,
        ev.IntervalScreened,
        ev.InterventionCharted,
        ev.MedicineGiven,
        ev.ObservationCharted,
        ev.RateChanged,
        ev.RateFound,
        ev.RemarkCharted,
        ev.SoundTurnedOff,
        ev.VitalsCharted,
    }
)
"""Kinds whose words are about the patient now. The others tell of the drug, the line or the record, or of how the
patient left: a red flag in them is of then, while thoughts of suicide are asked about whoever wrote of them where."""


def written_by_hand(event: ev.SessionEvent) -> str:
    """Return what somebody wrote in an entry, "" where it has none; an answer to a question about words is none."""
    if isinstance(event, ev.AlertAcknowledged) and event.alert.startswith(SAID):
        return ""
    texts = (getattr(event, name) for name in FREE_TEXT.get(type(event), ()))
    return ". ".join(each for each in texts if isinstance(each, str) and each)
