"""The intake walk and its pages: on to the next open step, nothing typed lost, and each role sees what is theirs."""

import re
import uuid
from dataclasses import replace
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo import people as cast_list
from sereniv.clinic.demo.stage import Stage
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.intake.walk import next_address, places
from sereniv.clinic.web.today import clinic_now
from sereniv.clinic.web.today.lines import topics_for
from sereniv.clinic.workflows.candidacy import candidacy
from sereniv.clinic.workflows.intake import intake, screening
from sereniv.clinic.workflows.person import people
from sereniv.knowledge import knowledge
from sereniv.therapy.person import events as pe
from tests.conftest import NOON, ActMaker, FixedClock
from tests.therapy.making import trial
from tests.workflows import test_path
from tests.workflows.coursing import consent_version
from tests.workflows.test_path import DAY, at, registration

pytestmark = pytest.mark.django_db
stage = test_path.stage


@pytest.fixture
def clients(staff: dict[str, Staff], fixed_clock: FixedClock) -> dict[str, Client]:
    del fixed_clock
    signed_in = {}
    for username in ("nurse", "coordinator", "prescriber"):
        signed_in[username] = Client()
        signed_in[username].force_login(staff[username], backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


@pytest.fixture
def newcomer(act: ActMaker) -> Person:
    return people.register(replace(registration(), indication="ptsd"), act("coordinator"))


def key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def send(client: Client, address: str, **typed: str) -> str:
    """Fill in a page as it is shown and return where it leads, or the page again where it is refused."""
    shown = client.get(address).content.decode()
    form = shown[shown.rindex("<form") :]
    answer = client.post(address, {"key": key(form), **typed})
    return str(answer["Location"]) if answer.status_code == 302 else answer.content.decode()


def test_registration_asks_the_indication_and_begins_intake(clients: dict[str, Client]) -> None:
    typed = {"given_names": "Ida", "family_name": "Lind", "born": "1980-02-02", "sex_at_birth": "female"}
    again = send(clients["coordinator"], reverse("person_new"), **typed)
    assert "field-error" in again
    assert 'value="Ida"' in again
    onward = send(clients["coordinator"], reverse("person_new"), **typed, indication="chronic_pain")
    assert onward == reverse("person_intake", args=[Person.objects.get().pk])
    page = clients["coordinator"].get(onward).content.decode()
    assert "Chronic pain" in page
    assert "Continue: Consent" in page


def test_each_saved_step_leads_on_to_the_next_open_one(clients: dict[str, Client], newcomer: Person) -> None:
    client, walk = clients["nurse"], reverse("person_intake", args=[newcomer.pk])
    onward = re.search(r'class="btn btn-primary" href="([^"]+)"', client.get(walk).content.decode())
    assert onward is not None
    after_consent = send(
        client, onward[1], version=consent_version(), signer="patient", signer_name="Ida Lind", signed_on="2026-03-02"
    )
    assert after_consent == f"{reverse('person_diagnosis', args=[newcomer.pk])}?walk=diagnosis"
    after_diagnosis = send(client, after_consent, icd10="F43.10", diagnosed_by="Dr Ono")
    assert after_diagnosis == f"{reverse('person_trials', args=[newcomer.pk])}?walk=trials"
    therapy = {"treatment": "EMDR", "kind": "psychotherapy", "stopped_for": "no_benefit", "improvement_percent": "10"}
    here = send(client, after_diagnosis, **therapy)
    assert here == after_diagnosis, "another one may follow"
    assert "EMDR" in client.get(here).content.decode()
    closing = client.post(reverse("person_trials_close", args=[newcomer.pk]) + "?walk=trials", {"key": "closing-0001"})
    assert str(closing["Location"]).endswith("walk=score-pcl5")
    after_score = send(client, str(closing["Location"]), total="44", scored_by="Dr Ono")
    assert after_score == f"{reverse('person_substances', args=[newcomer.pk])}?walk=substances"
    no_walk = send(
        client,
        reverse("person_consent", args=[newcomer.pk]),
        version=consent_version(),
        signer="patient",
        signer_name="Ida",
        signed_on="2026-03-02",
    )
    assert no_walk == reverse("person", args=[newcomer.pk]), "outside the walk it leads back to the person"


def test_a_role_is_led_past_what_is_not_theirs(newcomer: Person, staff: dict[str, Staff]) -> None:
    theirs = {place.key: place.address for place in places(newcomer, staff["coordinator"], NOON)}
    assert not theirs["work_up"]
    assert theirs["trials"]
    assert next_address(newcomer, staff["coordinator"], NOON, "trials").endswith("walk=substances")
    assert next_address(newcomer, staff["nurse"], NOON, "trials").endswith("walk=score-pcl5")
    assert all(place.address for place in places(newcomer, staff["prescriber"], NOON))


def test_nothing_typed_is_lost_where_something_is_missing(clients: dict[str, Client], newcomer: Person) -> None:
    client = clients["nurse"]
    page = send(
        client, reverse("person_substances", args=[newcomer.pk]), alcohol="past", alcohol_words="sober since 2019"
    )
    assert page.count("Answer this line") == len(pe.Substance) - 1
    assert "sober since 2019" in page
    page = send(
        client, reverse("person_work_up", args=[newcomer.pk]),
        liver_panel_finding="abnormal", liver_panel_done_on="2026-02-27", liver_panel_alt_value="96", ecg_words="sinus",
    )  # fmt: skip
    assert "Choose the finding" in page
    assert "Enter the laboratory&#x27;s upper limit" in page
    assert "Choose the unit." in page
    assert 'value="96"' in page
    assert not chart_store.person_chart(newcomer.pk).all(pe.WorkUpRecorded)
    page = send(client, reverse("person_trials", args=[newcomer.pk]), treatment="EMDR", improvement_percent="120")
    assert 'value="EMDR"' in page
    assert 'value="120"' in page


def test_a_limit_of_another_unit_is_asked_about_once_for_what_was_typed(
    clients: dict[str, Client], newcomer: Person
) -> None:
    address = reverse("person_work_up", args=[newcomer.pk])
    bilirubin = {"value": "2.5", "limit": "21", "unit": "µmol/L"}
    typed = {"liver_panel_finding": "normal", "liver_panel_done_on": "2026-02-27"} | {
        f"liver_panel_bilirubin_{part}": each for part, each in bilirubin.items()
    }
    page = send(clients["nurse"], address, **typed)
    assert "Bilirubin: is 2.5 in µmol/L" in page
    assert "Choose the finding, or empty" not in page, "it was chosen"
    assert not chart_store.person_chart(newcomer.pk).all(pe.WorkUpRecorded)
    (said,) = re.findall(r'name="liver_panel_right" value="([^"]*)"', page)
    other = send(clients["nurse"], address, **typed | {"liver_panel_bilirubin_value": "1.5"}, liver_panel_right=said)
    assert "Bilirubin: is 1.5 in µmol/L" in other
    assert 'name="liver_panel_right" value="' in other
    assert "checked" not in other.split('name="liver_panel_right"')[1].split(">")[0]
    send(clients["nurse"], address, **typed, liver_panel_right=said)
    (kept,) = chart_store.person_chart(newcomer.pk).all(pe.WorkUpRecorded)
    assert kept.event.values_confirmed


def test_the_work_up_is_kept_line_by_line(clients: dict[str, Client], newcomer: Person) -> None:
    done = {"liver_panel_finding": "abnormal", "liver_panel_done_on": "2026-02-27"}
    done |= {"liver_panel_ggt_value": "600", "liver_panel_ggt_limit": "60", "liver_panel_ggt_unit": "U/L"}
    address = reverse("person_work_up", args=[newcomer.pk])
    send(
        clients["nurse"],
        address,
        **done,
        liver_panel_words="ALT 96",
        tsh_finding="not_indicated",
        tsh_done_on="2026-03-01",
    )
    kept = [each.event for each in chart_store.person_chart(newcomer.pk).all(pe.WorkUpRecorded)]
    assert [(each.item, str(each.finding)) for each in kept] == [
        ("liver_panel", "abnormal"), ("tsh", "not_indicated"),
    ]  # fmt: skip
    (ggt,) = kept[0].values
    assert (ggt.analyte, ggt.value, ggt.unit, ggt.upper_limit, ggt.times) == ("ggt", 600, "U/L", 60, 10)
    assert "waived" not in clients["nurse"].get(address).content.decode().lower().replace("waive an item", "")
    assert 'value="waived"' in clients["prescriber"].get(address).content.decode()


def test_trials_show_both_criteria_with_the_reason(clients: dict[str, Client], newcomer: Person, act: ActMaker) -> None:
    screening.record_trial(newcomer.pk, trial("sertraline", weeks=5), act("nurse"))
    screening.record_trial(newcomer.pk, trial("venlafaxine", weeks=None), act("nurse"))
    page = clients["coordinator"].get(reverse("person_trials", args=[newcomer.pk])).content.decode()
    for words in ("5 weeks, fewer than 6.", "Adequate and failed", "Not known: weeks.", "MGH-ATRQ 0", "ATHF 1"):
        assert words in page, words


def test_the_decide_page_shows_rule_source_missing_evidence_and_evaluation(
    clients: dict[str, Client], stage: Stage, act: ActMaker
) -> None:
    person_id = stage.candidate(cast_list.CANDIDATE, NOON)
    intake.record_measurements(person_id, {"systolic": "150", "diastolic": "88"}, act("nurse"))
    asked = pe.EvaluationOpened(
        criterion="uncontrolled_hypertension", question="A week at home", asked_of="Dr Quill", due_on=NOON.date()
    )
    candidacy.open_evaluation(person_id, asked, act("nurse"))
    page = unescape(clients["prescriber"].get(reverse("person_decide", args=[person_id])).content.decode())
    row = knowledge().criteria["uncontrolled_hypertension"]
    for words in (
        row.statement, "150 mmHg", "esketamine", "Evaluation open", "A week at home", "KARMA-Dep 2",
        "more checks without a concern, or already decided on", "MGH-ATRQ 2",
    ):  # fmt: skip
        assert words in page, words
    assert "Entry rule: post-traumatic" not in page


def today(who: Staff, minute: float = 0) -> dict[str, list[str]]:
    return {
        topic.title: [f"{line.what}: {line.detail}" for line in topic.lines] for topic in topics_for(who, at(minute))
    }


def test_today_names_what_is_waited_for_overdue_and_running_out(
    stage: Stage, staff: dict[str, Staff], act: ActMaker
) -> None:
    person_id, _ = stage.ordered(cast_list.CANDIDATE, NOON)
    assert not {"Work-up running out", "Evaluations waited for"} & set(today(staff["nurse"]))
    asked = pe.EvaluationOpened(criterion="ecg", question="Read it", asked_of="Dr Quill", due_on=(NOON + DAY).date())
    candidacy.open_evaluation(person_id, asked, act("nurse"))
    assert "open, asked of Dr Quill" in today(staff["prescriber"])["Evaluations waited for"][0]
    assert "overdue" in today(staff["coordinator"], 2 * 24 * 60)["Evaluations waited for"][0]
    (soon,) = today(staff["nurse"], 24 * 24 * 60)["Work-up running out"]
    assert "Prescription monitoring query by" in soon
    gone = today(staff["coordinator"], 91 * 24 * 60)["Work-up running out"]
    assert any("Expired after" in line for line in gone)
    assert any("Psychiatric evaluation" in line for line in gone)


def test_findings_of_many_people_are_worked_out_once(
    stage: Stage, staff: dict[str, Staff], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids: list[uuid.UUID] = [stage.candidate(replace(cast_list.CANDIDATE, name=name), NOON) for name in ("one", "two")]
    asked: list[object] = []
    whole = clinic_now.criteria.findings
    monkeypatch.setattr(clinic_now.criteria, "findings", lambda *given: (asked.append(given[0]), whole(*given))[1])
    topics_for(staff["prescriber"], NOON)
    assert len(asked) == len(ids)


def test_no_code_is_chosen_beforehand_and_a_contradiction_is_said_with_everything_kept(
    clients: dict[str, Client], newcomer: Person, act: ActMaker
) -> None:
    people.change_indication(newcomer.pk, "depression", "as referred", act("nurse"))
    address = reverse("person_diagnosis", args=[newcomer.pk])
    shown = clients["nurse"].get(address).content.decode()
    assert '<option value="" selected>Choose the code</option>' in shown
    assert "F33.3 Depression, recurrent, severe with psychotic features" in shown
    again = send(clients["nurse"], address, words="recurrent depression", diagnosed_by="Dr Ono")
    assert "field-error" in again
    typed = {"icd10": "F33.3", "psychotic_features": "no", "words": "as in the letter", "diagnosed_by": "Dr Ono"}
    refused = unescape(send(clients["nurse"], address, **typed))
    assert "F33.3 is “Depression with psychotic symptoms”, and “psychotic features” is answered no." in refused
    assert 'value="as in the letter"' in refused
    assert not chart_store.person_chart(newcomer.pk).all(pe.DiagnosisRecorded)
    assert send(clients["nurse"], address, **typed | {"psychotic_features": "yes"}) == reverse(
        "person", args=[newcomer.pk]
    )


def test_two_who_record_at_once_do_not_replace_each_other_in_silence(
    clients: dict[str, Client], newcomer: Person
) -> None:
    address = reverse("person_diagnosis", args=[newcomer.pk])
    mine = {"icd10": "F43.10", "words": "mine", "diagnosed_by": "Dr Ono"}
    before = clients["nurse"].get(address).content.decode()
    form = before[before.rindex("<form") :]
    seen = re.search(r'name="seen" value="(\d+)"', form)
    assert seen is not None
    send(clients["coordinator"], address, icd10="F43.12", words="theirs", diagnosed_by="Dr Vale")
    answer = clients["nurse"].post(address, {"key": key(form), "seen": seen[1], **mine}).content.decode()
    assert "wrote on 02 Mar 12:00: Diagnosis: F43.12 theirs, by Dr Vale. Yours would take its place" in answer
    assert "Dana Reyes wrote on" in answer
    assert 'value="mine"' in answer
    kept = chart_store.person_chart(newcomer.pk).all(pe.DiagnosisRecorded)
    assert [each.event.words for each in kept] == ["theirs"]


def test_another_diagnosis_stands_beside_the_first(clients: dict[str, Client], newcomer: Person) -> None:
    address = reverse("person_diagnosis", args=[newcomer.pk])
    send(clients["nurse"], address, icd10="F43.10", diagnosed_by="Dr Ono")
    send(clients["nurse"], f"{address}?beside", icd10="F20.0", words="paranoid", diagnosed_by="Dr Vale")
    shown = clients["nurse"].get(address).content.decode()
    assert "<b>F43.10</b>" in shown
    assert "<b>F20.0</b> paranoid" in shown
    person = unescape(clients["prescriber"].get(reverse("person", args=[newcomer.pk])).content.decode())
    assert "Schizophrenia or schizoaffective disorder" in person
