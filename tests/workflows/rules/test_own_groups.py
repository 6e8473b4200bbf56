"""Numbers read and signed by group: which wait, the one signature of two under all of them, and who is told."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import OwnRuleSigned
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.rules import own_rules
from sereniv.clinic.workflows.rules.own_groups import groups, sign_group, waiting
from sereniv.clinic.workflows.rules.own_rules import sign_own
from sereniv.clinic.workflows.shell import in_force
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.knowledge import knowledge
from sereniv.knowledge.own_groups import OWN_GROUPS
from sereniv.knowledge.own_rules import bound_of, thresholds
from sereniv.knowledge.rows import Evidence, Knowledge
from sereniv.therapy.recording.refusal import Malformed, Refused
from tests.conftest import NOON, ActMaker, FixedClock
from tests.workflows.rules.test_own_rules import HOLD, OURS, TODAY

pytestmark = pytest.mark.django_db
READ = "Read one by one"
DEFAULTS = [name for name, each in thresholds(knowledge()).items() if each.row.evidence is Evidence.DEFAULT]


def signed() -> list[OwnRuleSigned]:
    return [each.event for each in chart_store.read("home") if isinstance(each.event, OwnRuleSigned)]


def said_to(who: Staff) -> str:
    return " ".join(
        line.what for topic in topics_for(who, NOON) if topic.title == "Own numbers" for line in topic.lines
    )


def test_every_number_belongs_to_one_group_and_every_group_has_numbers() -> None:
    known = thresholds(knowledge())
    for name in known:
        assert sum(each.holds(name) for each in OWN_GROUPS.values()) == 1, name
    assert all(any(each.holds(name) for name in known) for each in OWN_GROUPS.values())


def test_all_numbers_of_a_row_are_read_by_the_same_so_that_the_page_says_it_once() -> None:
    readers: dict[str, set[tuple[str, ...]]] = {}
    for name, each in thresholds(knowledge()).items():
        readers.setdefault(each.row.id, set()).add(tuple(bound_of(name, knowledge()).read_by))
    assert all(len(each) == 1 for each in readers.values())


def test_a_group_is_signed_as_packaged_and_no_rule_changes(act: ActMaker) -> None:
    assert waiting(NOON) == len(DEFAULTS)
    count = sign_group("vital-signs", knowledge().version, READ, act("director", second="prescriber"))
    mine = {name for name in DEFAULTS if OWN_GROUPS["vital-signs"].holds(name)}
    assert {each.threshold for each in signed()} == mine
    assert count == len(mine) > 1
    assert {(each.value, each.reason) for each in signed()} == {(None, READ)}
    assert all(each.source.startswith("As packaged.") for each in signed())
    assert rules_in_force(NOON).version == knowledge().version
    assert waiting(NOON) == len(DEFAULTS) - count
    for each in OWN_GROUPS.values():
        if each.name != "vital-signs":
            sign_group(each.name, knowledge().version, READ, act("director", second="prescriber"))
    assert waiting(NOON) == 0


def test_what_the_clinic_set_itself_is_not_signed_back_to_what_is_packaged(act: ActMaker) -> None:
    sign_own(OURS, act("director", second="prescriber"))
    later = replace(OURS, threshold="criteria.uncontrolled_hypertension.gate_from.systolic", value=Decimal(170))
    sign_own(replace(later, effective_from=TODAY + timedelta(days=5)), act("director", second="prescriber"))
    sign_group("candidacy", knowledge().version, READ, act("director", second="prescriber"))
    assert rules_in_force(NOON).criteria["uncontrolled_hypertension"].hold_above["systolic"] == 150
    assert [each.threshold for each in signed()].count(HOLD) == 1
    assert [each.threshold for each in signed()].count(later.threshold) == 1


def test_one_alone_no_words_an_updated_table_or_nothing_left_is_refused(act: ActMaker) -> None:
    for second in ("", "director", "nurse", "coordinator"):
        with pytest.raises(Refused):
            sign_group("discharge", knowledge().version, READ, act("director", second=second))
    with pytest.raises(Malformed, match="reason"):
        sign_group("discharge", knowledge().version, " ", act("director", second="prescriber"))
    with pytest.raises(Malformed, match="no group"):
        sign_group("nothing", knowledge().version, READ, act("director", second="prescriber"))
    with pytest.raises(Refused, match="Read them again"):
        sign_group("discharge", "of-before", READ, act("director", second="prescriber"))
    assert signed() == []
    sign_group("discharge", knowledge().version, READ, act("director", second="prescriber"))
    with pytest.raises(Refused, match="Nothing of this group waits"):
        sign_group("discharge", knowledge().version, READ, act("director", second="prescriber"))


def test_a_packaged_number_that_moved_waits_anew(act: ActMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    sign_group("discharge", knowledge().version, READ, act("director", second="prescriber"))
    sign_own(OURS, act("director", second="prescriber"))
    before = waiting(NOON)
    known = knowledge()
    held = known.criteria["uncontrolled_hypertension"]
    moved: Knowledge = replace(
        known,
        discharge=replace(known.discharge, minimum_min_first=known.discharge.minimum_min_first + 5),
        criteria={**known.criteria, held.id: replace(held, hold_above={**held.hold_above, "systolic": Decimal(135)})},
    )
    for each in (own_rules, in_force):
        monkeypatch.setattr(each, "knowledge", lambda: moved)
    in_force._in_force.cache_clear()
    assert waiting(NOON) == before + 2
    stands = {each.group.name: each for each in groups(NOON)}
    assert [each.packaged.name for each in stands["discharge"].waiting] == ["discharge.minimum_min_first"]
    assert [each.packaged.name for each in stands["candidacy"].moved] == [HOLD]
    assert HOLD not in [each.packaged.name for each in stands["candidacy"].waiting], "it is looked at by itself"
    in_force._in_force.cache_clear()


def test_today_tells_the_medical_director_how_many_wait_until_none_does(act: ActMaker, staff: dict[str, Staff]) -> None:
    assert f"Read and sign {len(DEFAULTS)} of the clinic's numbers" in said_to(staff["director"])
    assert said_to(staff["nurse"]) == said_to(staff["admin"]) == ""
    for name in OWN_GROUPS:
        sign_group(name, knowledge().version, READ, act("director", second="prescriber"))
    assert said_to(staff["director"]) == ""


def test_the_page_shows_each_number_with_its_source_and_signs_what_it_showed(
    staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    client = Client()
    client.force_login(staff["director"], backend="django.contrib.auth.backends.ModelBackend")
    listed = client.get("/rules/own/").content.decode()
    assert f"{len(DEFAULTS)} of these numbers" in listed
    address = "/rules/own-group/discharge/sign/"
    assert address in listed
    text = re.sub(r"<[^>]*>", " ", client.get(address).content.decode())
    for words in (
        "shortest stay, first or eventful infusion",
        "60",
        "min",
        "default",
        "Recovery grid",
        "Sign 2 numbers",
    ):
        assert words in text, words
    typed = {
        "key": "own-group-0001", "version": knowledge().version, "reason": READ,
        "second_person": staff["prescriber"].pk, "second_secret": PASSWORD,
    }  # fmt: skip
    assert client.post(address, {**typed, "second_secret": "wrong"}).status_code == 422
    assert client.post(address, {**typed, "version": "x" * 500}).status_code == 422
    assert client.post(address, {**typed, "version": "of-before"}).status_code == 422
    assert signed() == []
    assert client.post(address, typed).status_code == 302
    client.post(address, typed)
    assert len(signed()) == 2, "the same form twice signs once"
    assert "Nothing of this group waits" in client.get(address).content.decode()
    assert READ in client.get("/rules/own/").content.decode()
    assert client.get("/rules/own-group/nothing/sign/").status_code == 404
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code == 403
    assert address not in client.get("/rules/own/").content.decode()
