"""What a person's page says comes next, for everybody of the demo: it is what a colleague acts on first."""

from collections.abc import Iterator

import pytest
from pytest_django.plugin import DjangoDbBlocker

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records.models import Person
from sereniv.clinic.web.person.page.comes_first import Next
from sereniv.clinic.web.person.page.next_step import next_step
from sereniv.clinic.web.person.page.story import Story
from sereniv.clinic.workflows.course.treatment import treatment_of
from tests.conftest import NOON
from tests.staged_rows import demo_at_noon, open_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(scope="module")
def staged(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo as it opens at noon, for every test of the module."""
    del django_db_setup
    with open_clinic(django_db_blocker):
        demo_at_noon()
        yield


def of(name: str) -> Next:
    person = Person.objects.get(pk=demo_id(name))
    return next_step(Story(person, NOON, Staff.objects.get(username="prescriber")), treatment_of(person.pk, NOON))


WEIGH = "weigh first, an order needs a weight from the last 24 hours"


@pytest.mark.usefixtures("staged")
@pytest.mark.parametrize(
    ("name", "stage", "what", "who", "button", "leads_to"),
    [
        ("new", "Intake", "Complete the intake: Consent", "nurse or coordinator", "Continue intake", "intake/"),
        ("candidate", "Intake complete", "Decide on candidacy", "a prescriber", "Decide", "decide/"),
        ("evaluated", "Evaluation open", "Record what Dr Ada Brook", "a prescriber", "Record evaluation",
         "evaluate/substance_use_needs_evaluation/"),
        ("declined", "Declined", "Psychotic features", "", "", ""),
        ("finished", "In course (", f"Order infusion 5: {WEIGH}", "a nurse, then a prescriber", "Weigh", "measure/"),
        ("waiting", "Chair 3: at the gate (infusion 1)", "Pass the gate and start", "a nurse", "To the gate", "gate/"),
        ("infusing", "Chair 1: infusing (infusion 1)", "", "", "To the chair", "/"),
        ("recovering", "Chair 2: recovery (infusion 4)", "", "", "To the chair", "/"),
        ("six", "In course (", "The decision that P-DEP asks for after infusion 6", "a prescriber",
         "Record the decision", "course/review/"),
        ("crisis", "In course (", "The review that P-SI asks for after infusion 1", "a prescriber",
         "Record the review", "course/review/"),
        ("pain", "In course (", "The review that P-CRPS-OP asks for after infusion 5", "a prescriber",
         "Record the review", "course/review/"),
        ("maintained", "Maintenance every 7 days (", "The response seems to be going", "a prescriber",
         "Record the review", "course/review/"),
        ("interrupted", "Course interrupted (", "Resume it first", "a nurse", "Open the course", "course/"),
    ],
)  # fmt: skip
def test_each_person_of_the_demo(name: str, stage: str, what: str, who: str, button: str, leads_to: str) -> None:
    step = of(name)
    assert step.stage.startswith(stage)
    assert what in step.what
    assert (step.who, step.button) == (who, button)
    assert step.address.endswith(leads_to)
