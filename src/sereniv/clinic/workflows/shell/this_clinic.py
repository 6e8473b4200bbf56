"""Acts on the house itself: founding, going live, and the audit of looks and sign-ins."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.home import Home, Kind
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import SYSTEM, New, Writing
from sereniv.clinic.records.house_events import HomeFounded, HouseEvent, LivePredictionSwitched, ViewsAudited, WentLive
from sereniv.clinic.records.models import ClinicDetails
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Refused


def served_home() -> Home:
    """Return the home that this process serves."""
    home: Home = settings.HOME
    return home


def home_zone() -> ZoneInfo:
    """Return the zone in which the clinic counts its days."""
    return ZoneInfo(served_home().timezone)


def state() -> str:
    """Return the home's state: demo, test, commissioning or live."""
    home = served_home()
    if home.kind is not Kind.CLINIC:
        return str(home.kind)
    return "live" if _went_live() else "commissioning"


def clinic_details() -> ClinicDetails:
    """Return the clinic's name and numbers; where somebody left one empty, or has filled in none, neutral words."""
    found = ClinicDetails.objects.filter(pk=1).first() or ClinicDetails(pk=1)
    crisis = knowledge().guide.crisis
    found.name = found.name or "The clinic"
    if not found.crisis_words:
        found.crisis_words = crisis.text
        found.crisis_number = found.crisis_number or crisis.number
    return found


def _went_live() -> bool:
    return any(isinstance(entry.event, WentLive) for entry in chart_store.read("home"))


def demand_infusions_allowed() -> None:
    """Raise Refused while the home is in commissioning: no infusion can start there."""
    if state() == "commissioning":
        raise Refused("commissioning", "This home is in commissioning: no infusion can start until it is signed live.")


def found(now: datetime) -> None:
    """Write the first entry of a home; a second call changes nothing."""
    home = served_home()
    event = HomeFounded(kind=home.kind, knowledge_version=rules_in_force(now).version, home=home.digest())
    record_house_event("home", event, now, "founded0")


def record_house_event(stream: str, event: HouseEvent, now: datetime, key: str = "", by: str = SYSTEM) -> None:
    """Append something about the house itself."""
    with chart_store.in_turn():
        writing = Writing(by=by, now=now, key=key or new_key())
        chart_store.append([New(stream=stream, event=event, at=now)], writing)


def audit_views(views: ViewsAudited, now: datetime) -> None:
    """Keep a batch of view episodes."""
    record_house_event("audit", views, now)


def prediction_on_live_page() -> bool:
    """Say whether the medical director has turned the predicted curve on the live page on; off unless they have."""
    switched = [each.event for each in chart_store.read("home") if isinstance(each.event, LivePredictionSwitched)]
    return bool(switched) and switched[-1].shown


def switch_live_prediction(shown: bool, act: Act) -> None:
    """Turn the predicted curve on the live page on or off, for everybody."""
    act.permit(Permission.SWITCH_LIVE_PREDICTION)
    with chart_store.in_turn():
        event = LivePredictionSwitched(shown=shown)
        chart_store.append([New(stream="home", event=event, at=act.now)], act.writing())
