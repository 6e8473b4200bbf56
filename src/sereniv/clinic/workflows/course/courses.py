"""Acts on a course of infusions: review, interruption, resumption, ending, maintenance; and how it stands."""

from collections.abc import Mapping, Sequence

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.accounts.permissions import Permission
from sereniv.clinic.accounts.seconds import TwoPersonAct
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.chart_store import New
from sereniv.clinic.records.models import Id
from sereniv.clinic.workflows.course import weighing
from sereniv.clinic.workflows.course.treatment import Treatment, treatment_of
from sereniv.clinic.workflows.shell.acting import Act
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import Knowledge
from sereniv.knowledge.rows import Action, DecisionKind
from sereniv.therapy.person import events as ev
from sereniv.therapy.recording.reasons import demand_reason, demand_word, is_reason, no_reason
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.therapy.treatment import course_rules
from sereniv.therapy.treatment.course import Course, Standing
from sereniv.therapy.treatment.order_life import ended_with

LONGEST_INTERVAL_DAYS = 365

NO_COURSE = "There is no course under way. The first order opens one."
BEGINS_WITH_A_REVIEW = "Maintenance begins with a review: decide for it there."


def opening(protocol: str, indication: str, rules: Knowledge) -> ev.CourseOpened:
    """Return the entry that opens a course under a protocol."""
    row = rules.indications.get(indication)
    return ev.CourseOpened(
        protocol=protocol,
        protocol_version=rules.protocols[protocol].version,
        knowledge_version=rules.version,
        indication=indication,
        primary_scale=row.primary_scale if row else "",
    )


def review(
    person_id: Id,
    outcome: ev.ReviewOutcome,
    reason: str,
    interval_days: int | None,
    expected_seq: int,
    act: Act,
    *,
    ending: ev.Ending | None = None,
    found: Mapping[str, str] | None = None,
) -> None:
    """Record what a prescriber decides about the course, with what they read; a stop says how the course ended.

    Parameters
    ----------
    found
        What was found at each check that a review of maintenance names, or that it was not done.

    Raises
    ------
    Refused
        When there is no open course, a review comes before the day the protocol asks it for, the outcome does not
        fit where the course stands, or it goes against advice without a reason.
    """
    act.permit(Permission.SIGN_ORDER)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        course = _open_course(stands)
        _refuse_outcome(stands, course, outcome, reason, interval_days, act)
        looked_at = _looked_at(stands, outcome, reason, found or {})
        opened, entry = _entry(stands, course)
        due = course.due if course.due and course.due.can_be_recorded(stands.today) else None
        events: list[ev.PersonEvent] = [
            ev.CourseReviewed(
                course=entry,
                after_infusion=course.run,
                milestone=due.milestone if due else None,
                outcome=outcome,
                reason=reason,
                read=course_rules.read_of(course, stands.change, rules_in_force(act.now)) | looked_at,
            )
        ]
        if outcome is not ev.ReviewOutcome.STOP:
            events += weighing.weigh(DecisionKind.REVIEW, person_id, stands.read, reason, act)
        if outcome is ev.ReviewOutcome.STOP:
            if ending is None:
                raise Malformed("Choose how the course ended: the scores propose it, they do not decide it.")
            events += _ended(stands, ev.CourseEnded(course=entry, outcome=ending, reason=reason))
        if outcome is ev.ReviewOutcome.MAINTENANCE and interval_days is not None:
            events.append(ev.MaintenancePlanned(course=entry, interval_days=interval_days, reason=reason))
        _append(person_id, opened, events, expected_seq, act)


def _refuse_outcome(
    stands: Treatment, course: Course, outcome: ev.ReviewOutcome, reason: str, interval_days: int | None, act: Act
) -> None:
    if outcome is not ev.ReviewOutcome.STOP and (interrupted := not_running(stands)):
        raise Refused("review", interrupted)
    if outcome not in outcomes(course):
        raise Refused("review", f"{outcome.capitalize()} does not fit here: the series is complete.")
    gates = [each for each in stands.warnings if each.row.action is Action.GATE]
    going = (stands.going,) if stands.going is not None else ()
    against = [each for each in (*stands.advice, *gates, *going) if each.is_met]
    if outcome is ev.ReviewOutcome.STOP:
        demand_reason(reason, "Write why the course stops.")
    if course_rules.disagrees(outcome, against) and not is_reason(reason):
        raise Refused("review", f"{against[0].row.title}. You may decide otherwise: write why.{no_reason(reason)}")
    if outcome is ev.ReviewOutcome.MAINTENANCE:
        _demand_interval(course, interval_days, reason, act)
        if course.protocol.maintenance is None and not is_reason(reason):
            raise Refused(
                "review", f"{course.protocol.id} names no maintenance. You may plan it: write why.{no_reason(reason)}"
            )


def _looked_at(stands: Treatment, outcome: ev.ReviewOutcome, reason: str, found: Mapping[str, str]) -> dict[str, str]:
    """Return the checks that are due with what was found at each; whoever goes on leaves none of them out."""
    due = stands.checks_due
    answered = {check: found[check].strip() for check in due if _is_finding(found.get(check, ""))}
    left_out = [check for check in due if check not in answered]
    if outcome is ev.ReviewOutcome.STOP or not due:
        return answered
    if left_out:
        asked = "; ".join(left_out)
        words = f'A review of maintenance is due. Write what you found: {asked}. What was not looked at: "not done".'
        raise Refused("review", words)
    if not is_reason(reason):
        raise Refused(
            "review", f"A review of maintenance is due. Write why it goes on, from what you found.{no_reason(reason)}"
        )
    return answered


def _is_finding(text: str) -> bool:
    """Say whether something stands there: a word of two letters, *no* among them, or a number; a letter is none."""
    return any(map(str.isdecimal, text)) or sum(map(str.isalpha, text)) > 1


def outcomes(course: Course) -> tuple[ev.ReviewOutcome, ...]:
    """Return what a review can decide: a complete series cannot be continued, an interrupted course only stops."""
    if course.standing is Standing.INTERRUPTED:
        return (ev.ReviewOutcome.STOP,)
    if not course.left and course.plan is None:
        return (ev.ReviewOutcome.MAINTENANCE, ev.ReviewOutcome.STOP)
    return tuple(ev.ReviewOutcome)


def none_under_way(stands: Treatment) -> str:
    """Say that no course is under way, "" where one is."""
    return NO_COURSE if stands.course is None or stands.is_over else ""


def not_running(stands: Treatment) -> str:
    """Say that the course is interrupted, so that nothing is planned on it but its end; "" where it is not."""
    course = stands.course
    if course is None or course.standing is not Standing.INTERRUPTED or course.interruption is None:
        return ""
    reason = course.interruption.event.reason.rstrip(".")
    return f"The course is interrupted ({reason}). Resume it first, or end it."


def no_interval_yet(stands: Treatment) -> str:
    """Say why no interval of maintenance can be set now, "" where one can."""
    before = stands.course is not None and stands.course.plan is None
    return none_under_way(stands) or not_running(stands) or (BEGINS_WITH_A_REVIEW if before else "")


def not_to_interrupt(stands: Treatment) -> str:
    """Say why the course cannot be interrupted now, "" where it can."""
    interrupted = stands.course is not None and stands.course.standing is Standing.INTERRUPTED
    return none_under_way(stands) or ("This course is interrupted already." if interrupted else "")


def not_to_resume(stands: Treatment, by: Staff) -> str:
    """Say why somebody cannot let the course go on now, "" where they can."""
    course = stands.course
    if course is None or stands.is_over:
        return NO_COURSE
    beyond = course.past_window(stands.today)
    if course.standing is not Standing.INTERRUPTED and not beyond:
        return "This course is not interrupted."
    if beyond and not by.may(Permission.SIGN_ORDER):
        days = course.protocol.all_within_days
        return f"The {days} days of {course.protocol.id} are over: a prescriber decides whether it goes on."
    return ""


def plan_maintenance(person_id: Id, interval_days: int, reason: str, expected_seq: int, act: Act) -> None:
    """Set another interval for a course in maintenance."""
    act.permit(Permission.SIGN_ORDER)
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        course = _open_course(stands)
        if course.plan is None or course.entry is None:
            raise Refused("maintenance", BEGINS_WITH_A_REVIEW)
        if interrupted := not_running(stands):
            raise Refused("maintenance", interrupted)
        _demand_interval(course, interval_days, reason, act)
        event = ev.MaintenancePlanned(course=course.entry, interval_days=interval_days, reason=reason)
        weighed = weighing.weigh(DecisionKind.MAINTENANCE, person_id, stands.read, reason, act)
        _append(person_id, None, [event, *weighed], expected_seq, act)


def _demand_interval(course: Course, interval_days: int | None, reason: str, act: Act) -> None:
    """Demand an interval in days: one shorter than planned with a reason, closer than weekly with a second person."""
    if interval_days is None or not 1 <= interval_days <= LONGEST_INTERVAL_DAYS:
        raise Malformed("Enter the interval in whole days, such as 7 or 14.")
    row = rules_in_force(act.now).course["cannot_be_spaced"]
    if interval_days < row.least_days:
        days = f"{interval_days} day{'' if interval_days == 1 else 's'}"
        closer = f"{days} is closer than the {row.least_days} that maintenance should keep apart"
        if not is_reason(reason):
            raise Refused(
                "maintenance", f"{closer}. You may plan it: write why, and let a second person sign.{no_reason(reason)}"
            )
        act.second_person(TwoPersonAct.GOING_ON, "maintenance")
    if course.plan is not None and interval_days < course.plan.interval_days and not is_reason(reason):
        raise Refused("maintenance", f"A shorter interval than before: write why.{no_reason(reason)}")


def interrupt(person_id: Id, reason: str, act: Act) -> None:
    """Record that a course is interrupted."""
    act.permit(Permission.CHART)
    demand_word(reason, "Write why the course is interrupted.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        course = _open_course(stands)
        if why_not := not_to_interrupt(stands):
            raise Refused("course", why_not)
        opened, entry = _entry(stands, course)
        _append(person_id, opened, [ev.CourseInterrupted(course=entry, reason=reason)], None, act)


def resume(person_id: Id, reason: str, expected_seq: int, act: Act) -> None:
    """Let an interrupted course go on; past the protocol's window only a prescriber decides that.

    Raises
    ------
    Refused
        When the course is neither interrupted nor past its window.
    """
    act.permit(Permission.CHART)
    demand_reason(reason, "Write why the course can go on.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        course = _open_course(stands)
        if why_not := not_to_resume(stands, act.by):
            raise Refused("course", why_not)
        opened, entry = _entry(stands, course)
        event = ev.CourseResumed(course=entry, reason=reason, beyond_window=course.past_window(stands.today))
        _append(person_id, opened, [event], expected_seq, act)


def end(person_id: Id, outcome: ev.Ending, reason: str, expected_seq: int, act: Act) -> None:
    """End a course."""
    act.permit(Permission.SIGN_ORDER)
    demand_reason(reason, "Write why the course ends.")
    with chart_store.in_turn():
        if chart_store.written_before(act.key, act.by.username):
            return
        stands = treatment_of(person_id, act.now)
        course = _open_course(stands)
        opened, entry = _entry(stands, course)
        ended = _ended(stands, ev.CourseEnded(course=entry, outcome=outcome, reason=reason))
        _append(person_id, opened, ended, expected_seq, act)


def _ended(stands: Treatment, event: ev.CourseEnded) -> list[ev.PersonEvent]:
    """Return the entry that ends a course, and with it what withdraws the live order."""
    why = f"The course ended: {event.reason}"
    return [event, *ended_with(stands.chart, stands.used_orders, stands.now, rules_in_force(stands.now), why)]


def _open_course(stands: Treatment) -> Course:
    course = stands.course
    if course is None or course.standing is Standing.ENDED:
        raise Refused("course", NO_COURSE)
    return course


def _entry(stands: Treatment, course: Course) -> tuple[ev.CourseOpened | None, int]:
    """Return the entry that names a course; one laid out from older orders is opened now, as of when it began."""
    if course.entry is not None:
        return None, course.entry
    return opening(course.protocol.id, course.indication, rules_in_force(stands.now)), stands.chart.head + 1


def _append(
    person_id: Id, opened: ev.CourseOpened | None, events: Sequence[ev.PersonEvent], expected_seq: int | None, act: Act
) -> None:
    stream = chart_store.person_stream(person_id)
    news = [New(stream=stream, event=event, at=act.now, expected_seq=expected_seq) for event in events]
    if opened is not None:
        began = treatment_of(person_id, act.now).course
        at = began.opened_at if began and began.opened_at else act.now
        news.insert(0, New(stream=stream, event=opened, at=at, expected_seq=expected_seq))
    chart_store.append(news, act.writing())
