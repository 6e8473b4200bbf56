"""Care teams: by the clinic's own rule a chart is opened by its person's team, and by anybody else with a reason."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Notice, Staff
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import CareTeamEntered
from sereniv.clinic.records.models import Entry, Person, SessionRow
from sereniv.clinic.workflows.chair.spare_sheets import may_rest
from sereniv.clinic.workflows.followup import aftercare
from sereniv.clinic.workflows.person import care_teams, joining, restricting
from sereniv.clinic.workflows.rules import own_rules
from sereniv.clinic.workflows.shell import notices
from sereniv.clinic.workflows.shell.in_force import day_of
from sereniv.clinic.workflows.shell.teams_now import teams_now
from sereniv.therapy.person.access import OPEN_FOR, openings, teams_of
from sereniv.therapy.person.events import AdverseEventRecorded, CareTeamsChosen, Outcome, Related
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.records.damage import damage
from tests.web.person.test_restricted import READERS, break_the_glass, client_of
from tests.workflows import test_path
from tests.workflows.test_path import SHE

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def person(stage: Stage, fixed_clock: FixedClock) -> Person:
    fixed_clock.shown = NOON
    return Person.objects.get(pk=stage.registered(SHE, NOON))


@pytest.fixture
def red(person: Person, act: ActMaker) -> str:
    """Name a team, and let the person belong to it."""
    team = care_teams.found_team("Red", READERS, act("director"))
    care_teams.choose(person.pk, [team], "", act("coordinator"))
    return team


def keep_charts_to_teams(act: ActMaker, value: int = 1) -> None:
    number = own_rules.OwnNumber(
        threshold="care_teams.restricts", value=Decimal(value), effective_from=day_of(NOON),
        source="Our policy on privacy", reason="We are forty by now",
    )  # fmt: skip
    own_rules.sign_own(number, act("director", second="prescriber"))


def asks_why(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 302 and "/open/" in answer["Location"]


def test_as_packaged_a_team_keeps_nobody_out(red: str, person: Person, staff: dict[str, Staff]) -> None:
    assert client_of(staff, "nurse2").get(f"/people/{person.pk}/").status_code == 200
    page = client_of(staff, "nurse2").get("/care-teams/").content.decode()
    assert "keep nobody out" in page
    assert "Red" in page


def test_with_the_rule_the_team_reads_and_anybody_else_says_why_for_an_hour(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker, fixed_clock: FixedClock
) -> None:
    keep_charts_to_teams(act)
    address = f"/people/{person.pk}/"
    own = client_of(staff, "nurse").get(address)
    assert own.status_code == 200
    assert "Restricted record" not in own.content.decode(), "the chart of one's own team is everyday"
    other = client_of(staff, "nurse2")
    assert asks_why(other, address)
    assert asks_why(client_of(staff, "director"), address), "who names the teams is in none unless named"
    asked = other.get(address, follow=True).content.decode()
    assert "Ada Nightfall" in asked, "whom to ask first"
    assert "Open for 60 minutes" in break_the_glass(other, person)
    read = other.get(address).content.decode()
    assert "care team Red" in read
    assert "it closes at" in read
    fixed_clock.shown = NOON + OPEN_FOR
    assert asks_why(other, address)
    (opening,) = openings(chart_store.person_chart(person.pk))
    assert opening.opened.recorded_by == "nurse2"
    assert "opened the restricted record of" in client_of(staff, "admin").get("/today/").content.decode()
    restricting.review(person.pk, opening.opened.seq, "The call is in the log.", act("admin"), in_order=True)


def test_who_belongs_to_no_team_is_read_by_role_and_named_on_today(
    person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    assert client_of(staff, "nurse2").get(f"/people/{person.pk}/").status_code == 200
    waiting = care_teams.in_no_team(NOON).count()
    assert waiting
    for who in ("coordinator", "director"):
        assert "to no care team" in client_of(staff, who).get("/today/").content.decode()
    assert "to no care team" not in client_of(staff, "nurse").get("/today/").content.decode()
    team = care_teams.found_team("Red", READERS, act("director"))
    care_teams.choose(person.pk, [team], "", act("nurse2"))
    assert care_teams.in_no_team(NOON).count() == waiting - 1
    page = client_of(staff, "coordinator").get("/care-teams/").content.decode()
    assert f"/people/{person.pk}/care-teams/" not in page


def test_the_rule_taken_back_lets_every_role_read_again(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    keep_charts_to_teams(act, 0)
    assert client_of(staff, "nurse2").get(f"/people/{person.pk}/").status_code == 200


def test_a_record_restricted_by_name_stays_so_whatever_its_team(
    person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    team = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    care_teams.choose(person.pk, [team], "", act("coordinator"))
    restricting.restrict(person.pk, READERS, "She works here as a nurse.", act("director"))
    keep_charts_to_teams(act)
    assert asks_why(client_of(staff, "nurse2"), f"/people/{person.pk}/")
    assert client_of(staff, "nurse").get(f"/people/{person.pk}/").status_code == 200
    restricting.lift(person.pk, "She has left the clinic.", act("director"))
    assert client_of(staff, "nurse2").get(f"/people/{person.pk}/").status_code == 200
    assert asks_why(client_of(staff, "nurse"), f"/people/{person.pk}/")


def test_who_sits_in_the_chair_is_cared_for_by_whoever_runs_infusions_and_a_sheet_rests(
    stage: Stage, act: ActMaker
) -> None:
    session = stage.infusing(SHE, "Chair 1", NOON)
    row = SessionRow.objects.get(pk=session)
    team = care_teams.found_team("Red", READERS, act("director"))
    care_teams.choose(row.person_id, [team], "", act("coordinator"))
    keep_charts_to_teams(act)
    other = client_of({each.username: each for each in Staff.objects.all()}, "nurse2")
    assert other.get(f"/sessions/{session}/emergency/").status_code == 200
    assert asks_why(other, f"/people/{row.person_id}/"), "the record as a whole is not the chair"
    assert may_rest(row, chart_store.session_chart_of(row.pk)), "without a network every patient would lose the sheet"


def test_the_front_desk_books_and_chooses_the_first_team_without_opening_it(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    desk = client_of(staff, "coordinator")
    assert desk.get(f"/people/{person.pk}/appointments/").status_code == 200
    page = f"/people/{person.pk}/care-teams/"
    assert "Red" in desk.get(page).content.decode()
    blue = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    form = {"key": "moves-00001", "teams": [blue], "reason": "Asked for the mornings."}
    said = desk.post(page, form).content.decode()
    assert "somebody of that team, or the medical director, moves them" in said
    said = client_of(staff, "nurse").post(page, form | {"key": "moves-00002"}, follow=True).content.decode()
    assert "is chosen" in said
    assert [each.name for each in teams_of(chart_store.person_chart(person.pk), teams_now(NOON))] == ["Blue"]


def test_nobody_moves_themselves_into_a_chart(red: str, person: Person, act: ActMaker) -> None:
    """Whoever broke the glass is no member: they do not keep the chart for good by choosing their own team."""
    keep_charts_to_teams(act)
    blue = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    restricting.open_all_the_same(person.pk, "Rang with chest pain.", act("nurse2"))
    with pytest.raises(Refused, match="They belong to Red"):
        care_teams.choose(person.pk, [red, blue], "I know her.", act("nurse2"))
    with pytest.raises(Malformed, match="why they change"):
        care_teams.choose(person.pk, [blue], "", act("nurse"))
    with pytest.raises(Malformed, match="one care team at least"):
        care_teams.choose(person.pk, [], "Nobody any more.", act("director"))


def told(staff: dict[str, Staff], who: str) -> list[str]:
    return list(Notice.objects.filter(staff=staff[who]).order_by("pk").values_list("words", flat=True))


def test_whoever_names_teams_and_puts_themselves_into_one_is_told_to_the_others_once(
    red: str, staff: dict[str, Staff], act: ActMaker
) -> None:
    assert told(staff, "admin") == [], "a team of others is nobody's news"
    with_self = [*READERS, "director"]
    sent = act("director")
    for _ in range(2):
        care_teams.change_team(red, "Red", with_self, "I treat there.", sent)
    care_teams.change_team(red, "Reds", with_self, "Another name.", act("director"))
    (words,) = told(staff, "admin")
    assert "put themselves into the care team Red, whose charts they open from now on" in words
    assert staff["director"].full_name in words
    assert told(staff, "director") == told(staff, "nurse") == []
    care_teams.found_team("Blue", with_self, act("director"))
    assert "Blue" in told(staff, "admin")[-1]


def test_what_is_too_long_to_be_told_whole_is_told_with_its_end(staff: dict[str, Staff]) -> None:
    notices.note_for(staff["nurse"], "Your link was ended (" + "they left " * 60 + ")", NOON, "Ada")
    (words,) = told(staff, "nurse")
    assert len(words) == notices.LONGEST
    assert words.startswith("Your link was ended (they left")
    assert "… by Ada, " in words
    assert words.endswith("tell an administrator.")


def test_whoever_opens_a_closed_record_to_themselves_by_moving_or_restricting_it_is_told_to_the_others(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    blue = care_teams.found_team("Blue", [*READERS, "director"], act("director"))
    before = len(told(staff, "admin"))
    care_teams.choose(person.pk, [blue], "She sees me now.", act("director"))
    assert "moved a record from Red to their own care team Blue" in told(staff, "admin")[-1]
    care_teams.choose(person.pk, [red], "Back again.", act("director"))
    assert len(told(staff, "admin")) == before + 1
    restricting.restrict(person.pk, [*READERS, "director"], "She works here.", act("director"))
    assert "of whom they are one" in told(staff, "admin")[-1]
    restricting.restrict(person.pk, READERS, "I treat her no longer.", act("director"))
    restricting.lift(person.pk, "She left.", act("director"))
    assert "lifted the restriction of a record that was closed to them" in told(staff, "admin")[-1]
    assert len(told(staff, "admin")) == before + 3


@pytest.mark.parametrize("members", [("nurse",), ("coordinator",), ()])
def test_treatment_never_stands_still_for_want_of_a_member(red: str, act: ActMaker, members: tuple[str, ...]) -> None:
    with pytest.raises(Refused, match="stand still"):
        care_teams.found_team("Blue", members, act("director"))
    with pytest.raises(Refused, match="stand still"):
        care_teams.change_team(red, "Red", members, "They left.", act("director"))


def test_a_team_whose_prescriber_left_is_named_on_today(red: str, staff: dict[str, Staff], act: ActMaker) -> None:
    keep_charts_to_teams(act)
    Staff.objects.filter(username="prescriber").update(is_active=False)
    page = client_of(staff, "director").get("/today/").content.decode()
    assert "Care team Red: nobody in it signs orders" in page


def test_a_team_ends_when_nobody_belongs_to_it(red: str, person: Person, act: ActMaker) -> None:
    with pytest.raises(Refused, match="1 person belongs to Red"):
        care_teams.end_team(red, "The evenings are over.", act("director"))
    blue = care_teams.found_team("Blue", READERS, act("director"))
    care_teams.choose(person.pk, [blue], "The evenings are over.", act("director"))
    care_teams.end_team(red, "The evenings are over.", act("director"))
    assert set(teams_now(NOON).named) == {blue}
    with pytest.raises(Malformed, match="called BLUE already"):
        care_teams.found_team("BLUE", READERS, act("director"))


def test_the_pages_name_change_and_end_a_team(staff: dict[str, Staff], person: Person) -> None:
    del person
    director = client_of(staff, "director")
    form = {"key": "team-000001", "name": "Evenings", "members": ["nurse", "prescriber"]}
    assert "Evenings is a care team." in director.post("/care-teams/new/", form, follow=True).content.decode()
    (team,) = teams_now(NOON).named
    changed = {"key": "team-000002", "name": "Late", "members": ["nurse2", "prescriber"], "reason": "Ada left."}
    page = f"/care-teams/{team}/"
    assert "Late is changed." in director.post(page, changed, follow=True).content.decode()
    assert teams_now(NOON).named[team].members == ("nurse2", "prescriber")
    ended = {"key": "team-000003", "reason": "Nobody comes late any more."}
    assert "Late has ended." in director.post(f"{page}end/", ended, follow=True).content.decode()
    assert director.get(page).status_code == 404
    assert client_of(staff, "nurse").get("/care-teams/new/").status_code == 403
    kept = [each.kind for each in Entry.objects.filter(stream=f"care-team/{team}")]
    assert kept == [CareTeamEntered.__name__] * 3


def test_a_team_that_cannot_be_read_lets_nobody_in_without_a_reason(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    reader, page = client_of(staff, "nurse"), f"/people/{person.pk}/"
    damage(Entry.objects.get(kind=CareTeamEntered.__name__))
    assert asks_why(reader, page)
    assert "Nobody is known to be a reader of it" in reader.get(page, follow=True).content.decode()
    care_teams.change_team(red, "Red", READERS, "It could not be read.", act("director"))
    assert reader.get(page).status_code == 200


def test_a_choice_that_cannot_be_read_lets_nobody_in_without_a_reason(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    del red
    reader, page = client_of(staff, "nurse"), f"/people/{person.pk}/"
    damage(Entry.objects.get(kind=CareTeamsChosen.__name__))
    assert reader.get(page).status_code == 200, "as packaged a team keeps nobody out"
    keep_charts_to_teams(act)
    assert asks_why(reader, page)
    assert "Open for 60 minutes" in break_the_glass(reader, person)


def test_a_list_names_them_and_tells_who_is_in_another_team_nothing_else(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    told = AdverseEventRecorded(
        term="headache", words="cried in the corridor", grade=3, serious=True, session="", related=Related.POSSIBLE,
        action="rang the doctor", outcome=Outcome.ONGOING,
    )  # fmt: skip
    aftercare.record_adverse_event(person.pk, told, act("nurse"))
    for value, reads in ((1, False), (0, True)):
        keep_charts_to_teams(act, value)
        page = client_of(staff, "nurse2").get("/side-effects/").content.decode()
        assert str(person) in page
        assert ("cried in the corridor" in page) is reads


def test_a_record_joined_into_one_of_a_team_is_read_by_the_team(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    twice = Person.objects.create(
        family_name="Twice", born=person.born, sex_at_birth="female", registered_at=NOON + timedelta(minutes=1)
    )
    joining.join(person.pk, twice.pk, "Same passport and address.", act("nurse", second="prescriber"))
    keep_charts_to_teams(act)
    assert asks_why(client_of(staff, "nurse2"), f"/people/{twice.pk}/")
    assert str(twice.pk) not in {str(each.pk) for each in care_teams.in_no_team(NOON)}


def test_a_choice_that_cannot_be_read_is_made_anew_by_the_director_alone(
    red: str, person: Person, act: ActMaker
) -> None:
    """In doubt they are not in no team: whoever books would choose their own, and read the chart."""
    del red
    blue = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    damage(Entry.objects.get(kind=CareTeamsChosen.__name__))
    with pytest.raises(Refused, match="cannot be read"):
        care_teams.choose(person.pk, [blue], "I know her.", act("nurse2"))
    care_teams.choose(person.pk, [blue], "It could not be read.", act("director"))
    assert [each.name for each in teams_of(chart_store.person_chart(person.pk), teams_now(NOON))] == ["Blue"]


def a_duplicate_of(person: Person) -> Person:
    return Person.objects.create(
        family_name="Twice", born=person.born, sex_at_birth="female", registered_at=NOON + timedelta(minutes=1)
    )


def test_nobody_moves_themselves_into_a_chart_by_a_record_joined_into_it(
    red: str, person: Person, staff: dict[str, Staff], act: ActMaker
) -> None:
    keep_charts_to_teams(act)
    twice = a_duplicate_of(person)
    joining.join(person.pk, twice.pk, "Same passport and address.", act("nurse", second="prescriber"))
    blue = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    with pytest.raises(Refused, match="They belong to Red"):
        care_teams.choose(twice.pk, [blue], "I know her.", act("nurse2"))
    assert asks_why(client_of(staff, "nurse2"), f"/people/{person.pk}/")
    care_teams.choose(twice.pk, [red, blue], "Comes in the mornings, too.", act("nurse"))
    assert len(teams_of(chart_store.person_chart(person.pk), teams_now(NOON))) == 2


@pytest.mark.parametrize("into_the_duplicate", [True, False])
def test_joining_opens_a_chart_to_nobody_who_did_not_read_both(
    red: str, person: Person, act: ActMaker, *, into_the_duplicate: bool
) -> None:
    """Of two choices the newest holds: a duplicate in one's own team would bring the chart there."""
    keep_charts_to_teams(act)
    twice = a_duplicate_of(person)
    blue = care_teams.found_team("Blue", ("nurse2", "prescriber"), act("director"))
    care_teams.choose(twice.pk, [blue], "", act("nurse2"))
    kept, other = (twice, person) if into_the_duplicate else (person, twice)
    with pytest.raises(Refused, match="read by others"):
        joining.join(kept.pk, other.pk, "Same passport.", act("nurse2", second="prescriber"))
    care_teams.choose(twice.pk, [red], "Both are one person.", act("director"))
    joining.join(kept.pk, other.pk, "Same passport.", act("nurse", second="prescriber"))


def test_a_restriction_lifted_in_one_record_does_not_lift_the_other_s_by_joining(person: Person, act: ActMaker) -> None:
    twice = a_duplicate_of(person)
    restricting.restrict(twice.pk, READERS, "She works here as a nurse.", act("director"))
    restricting.restrict(person.pk, READERS, "She works here as a nurse.", act("director"))
    restricting.lift(twice.pk, "It was the wrong record.", act("director"))
    with pytest.raises(Refused, match="read by others"):
        joining.join(person.pk, twice.pk, "Same passport.", act("nurse", second="prescriber"))


@pytest.mark.parametrize("by_name", [True, False])
def test_parted_each_record_stays_with_whoever_opened_both(
    person: Person, staff: dict[str, Staff], act: ActMaker, *, by_name: bool
) -> None:
    keep_charts_to_teams(act)
    twice = a_duplicate_of(person)
    joining.join(person.pk, twice.pk, "Same passport.", act("nurse", second="prescriber"))
    if by_name:
        restricting.restrict(person.pk, READERS, "She works here as a nurse.", act("director"))
    else:
        care_teams.choose(person.pk, [care_teams.found_team("Red", READERS, act("director"))], "", act("coordinator"))
    joining.part(person.pk, twice.pk, "They are two people.", act("nurse", second="prescriber"))
    for each in (person, twice):
        assert asks_why(client_of(staff, "nurse2"), f"/people/{each.pk}/")
        assert client_of(staff, "nurse").get(f"/people/{each.pk}/").status_code == 200
