"""What a form that our page sent by itself is told: where to go on, with the words of that page still to be read."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from tests.conftest import ActMaker, FixedClock
from tests.workflows.coursing import eligible

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
BY_ITSELF = {"X-Form": "1"}


def test_an_act_answers_with_where_to_go_on_and_the_words_are_read_there(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    nurse = Client()
    nurse.force_login(staff["nurse"], backend=BACKEND)
    she = eligible(act, fixed_clock.now())
    address = reverse("person_measure", args=[she])
    typed = {"key": "weighed-0001", "weight_kg": "70"}
    answer = nurse.post(address, typed, headers=BY_ITSELF)
    assert (answer.status_code, answer.content) == (204, b"")
    onward = answer.headers["X-Onward"]
    assert "notice-good" in nurse.get(onward).content.decode()
    assert nurse.post(address, {**typed, "key": "weighed-0002"}).headers["Location"] == onward


def test_what_is_to_be_mended_comes_as_its_page(
    act: ActMaker, staff: dict[str, Staff], fixed_clock: FixedClock
) -> None:
    nurse = Client()
    nurse.force_login(staff["nurse"], backend=BACKEND)
    she = eligible(act, fixed_clock.now())
    answer = nurse.post(
        reverse("person_measure", args=[she]), {"key": "weighed-0003", "weight_kg": "x"}, headers=BY_ITSELF
    )
    assert answer.status_code == 422
    assert 'id="main"' in answer.content.decode()


def test_a_sign_in_that_ended_is_led_to_and_what_was_typed_is_kept(act: ActMaker, fixed_clock: FixedClock) -> None:
    she = eligible(act, fixed_clock.now())
    typed = {"key": "weighed-0004", "weight_kg": "70"}
    nobody = Client()
    answer = nobody.post(reverse("person_measure", args=[she]), typed, headers=BY_ITSELF)
    assert answer.status_code == 204
    assert answer.headers["X-Onward"].startswith(settings.LOGIN_ADDRESS)
    assert nobody.session["kept"]
