"""What waits about the house itself: enquiries, suicide items up the ladder, call, rules to sign, set-up."""

from collections.abc import Iterable
from datetime import UTC, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from sereniv.clinic import clock
from sereniv.clinic.operating.findings import State
from sereniv.clinic.operating.rounds import found_now
from sereniv.clinic.records import queries
from sereniv.clinic.records.models import Enquiry
from sereniv.clinic.web.admin.setup_steps import setup_steps
from sereniv.clinic.web.today.clinic_now import OfOne
from sereniv.clinic.web.today.topics import Moment, TodayLine, since
from sereniv.clinic.workflows.admin import backups, on_call
from sereniv.clinic.workflows.admin.going_live import setup_facts
from sereniv.clinic.workflows.guide import enquiries
from sereniv.clinic.workflows.ledger import announced_erasures
from sereniv.clinic.workflows.person import care_teams
from sereniv.clinic.workflows.rules import own_groups
from sereniv.clinic.workflows.safety import safety
from sereniv.clinic.workflows.shell import in_force, this_clinic
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.teams_now import teams_now

MOST_ENQUIRIES = 20


def enquiries_to_answer(clinic: Moment) -> Iterable[TodayLine]:
    """Name the people who wrote and whom nobody has answered, the longest waiting first."""
    yield from _asked(queries.unanswered(), clinic)


def enquiries_unanswered(clinic: Moment) -> Iterable[TodayLine]:
    """Name whom nobody has answered within the clinic's own time, for whoever is asked next."""
    longest = timedelta(hours=rules_in_force(clinic.now).passed_on.enquiry_after_h)
    yield from _asked(queries.unanswered(asked_before=clinic.now - longest), clinic)


def enquiries_in_danger(clinic: Moment) -> Iterable[TodayLine]:
    """Name who wrote of thoughts of suicide, to everybody who may call them, until somebody has answered."""
    rules = rules_in_force(clinic.now)
    for asked in queries.unanswered():
        if enquiries.names_thoughts_of_suicide(asked, rules):
            yield TodayLine(
                what=f"{asked.name}: what they wrote names thoughts of suicide. Reach them now",
                address=reverse("enquiries"),
                detail=f"{since(asked.received_at, clinic.now)}; reach them: {asked.reach}",
                pressing=True,
            )


def _asked(waiting: QuerySet[Enquiry], clinic: Moment) -> Iterable[TodayLine]:
    page, more = reverse("enquiries"), waiting.count() - MOST_ENQUIRIES
    for asked in waiting[:MOST_ENQUIRIES]:
        yield TodayLine(
            what=f"{asked.name} asked",
            address=page,
            detail=f"{since(asked.received_at, clinic.now)}; reach them: {asked.reach}",
        )
    if more > 0:
        yield TodayLine(what=f"{more} more asked" if more > 1 else "One more asked", address=page, detail="since then")


def care_teams_wanting(clinic: Moment) -> Iterable[TodayLine]:
    """Say how many belong to no care team, and what a team lacks, where charts are kept to them."""
    teams = teams_now(clinic.now)
    if not teams.restricts:
        return
    page = reverse("care_teams")
    if count := care_teams.in_no_team(clinic.now).count():
        who = "1 person belongs" if count == 1 else f"{count} people belong"
        yield TodayLine(what=f"{who} to no care team", address=page, detail="read by role until one is chosen")
    for team in teams.named.values():
        for what in care_teams.lacks(team):
            yield TodayLine(what=f"Care team {team.name}: nobody in it {what}", address=page, pressing=True)


def erasures_announced(clinic: Moment) -> Iterable[TodayLine]:
    """Name every erasure that waits, to whoever may stop it; by number alone, its page says whose it is."""
    for each in announced_erasures.waiting():
        due, announced = each.is_due(clinic.now), each.event
        subject, _, subject_id = announced.stream.partition("/")
        if not due:
            address = reverse("erasure_stop", args=[each.seq])
        elif announced.entries:
            address = reverse("ledger_erase", args=[announced.entries[0]])
        else:
            address = reverse("person_erase", args=[subject_id])
        what = f"entry {announced.entries[0]}" if announced.entries else f"a {subject} as a whole"
        day = announced.not_before.astimezone(this_clinic.home_zone())
        yield TodayLine(
            what=f"Erasure by law of {what}: {'carry it out, or stop it' if due else 'is it right?'}",
            address=address,
            detail=f"announced {since(each.at, clinic.now)}; can be carried out from {day:%d %b %Y %H:%M}",
            pressing=due,
        )


def item_nine_escalated(clinic: OfOne) -> Iterable[TodayLine]:
    """Name suicide items that nobody took up in time and that have climbed to the medical director."""
    ladder = rules_in_force(clinic.now).suicide_item.ladder
    for each in clinic.safety_items:
        if each.item.step >= len(ladder):
            yield TodayLine(
                what=f"{each.person}: thoughts of suicide have reached you",
                address=reverse("person_safety", args=[each.person.pk, each.item.entry]),
                detail=f"was due {since(each.item.due_at, clinic.now)}",
                pressing=True,
                place=each.item.due_at.astimezone(UTC).isoformat(),
            )


def nobody_on_call(clinic: Moment) -> Iterable[TodayLine]:
    """Say when nobody could be called; it presses while nobody is at the clinic either."""
    first = on_call.roles_on_call()[0]
    if not any(each.role == first for each in on_call.on_call_now(clinic.now)):
        staffed = safety.is_staffed(clinic.now)
        yield TodayLine(
            what=f"Nobody is on call as {first}",
            address=reverse("setup_on_call_new"),
            detail="the clinic is open" if staffed else "and the clinic is closed: a suicide item would reach nobody",
            pressing=not staffed,
        )


def rules_to_sign(clinic: Moment) -> Iterable[TodayLine]:
    """Ask for the signatures that end commissioning."""
    if this_clinic.state() == "commissioning":
        yield TodayLine(
            what=f"Sign the rules, version {in_force.rules_in_force(clinic.now).version}, and go live",
            address=reverse("go_live"),
            detail="medical director and administrator together; there is no way back",
        )


def stock_to_sign(clinic: Moment) -> Iterable[TodayLine]:
    """Ask the medical director once what is stocked, and with which bag and pump."""
    del clinic
    if in_force.standard_signed() is None:
        yield TodayLine(
            what="Say which strength is stocked, and sign bag and pump",
            address=reverse("stock_standard"),
            detail="orders are worked out with Sereniv's defaults until then",
        )


def numbers_to_sign(clinic: Moment) -> Iterable[TodayLine]:
    """Say to the medical director how many packaged numbers wait to be read and signed."""
    count = own_groups.waiting(clinic.now)
    if count:
        yield TodayLine(
            what=f"Read and sign {count} of the clinic's numbers" if count > 1 else "Read and sign a number",
            address=reverse("own_rules"),
            detail="Sereniv's defaults hold until then; group by group, with another prescriber",
        )


def backups_wanting(clinic: Moment) -> Iterable[TodayLine]:
    """Say when no backup is made, or none was proven for two days."""
    del clinic
    stands = backups.standing(clock.real_now())
    if stands is not None and stands.complaint:
        yield TodayLine(
            what="The clinic's records have no tried backup",
            address=reverse("ledger"),
            detail=stands.complaint,
            pressing=stands.plan is not None,
        )


def house_to_act_on(clinic: Moment) -> Iterable[TodayLine]:
    """Name what the doctor says is to be acted on; backups have a topic of their own."""
    del clinic
    for each in found_now(this_clinic.served_home()):
        if each.state is State.ACT and each.topic != "backups":
            yield TodayLine(
                what=f"{each.topic.capitalize()}: {each.words}",
                address=reverse("doctor"),
                detail=each.mend,
                pressing=True,
            )


def setup_missing(clinic: Moment) -> Iterable[TodayLine]:
    """Name the steps of setting up that are not done."""
    return (
        TodayLine(what=step.title, address=step.address, detail=step.why)
        for step in setup_steps(setup_facts(clinic.now))
        if not step.done
    )
