"""What the published models say: figures with their stamps, tables with their sources, and nobody's patient."""

import re

import pytest
from django.test import Client

from sereniv.clinic.accounts.models import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(staff: dict[str, Staff]) -> Client:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_every_part_is_stamped_as_what_it_is(reader: Client) -> None:
    page = reader.get("/models/").content.decode()
    for stamp in (
        "published, volunteers",
        "illustrative",
        "illustrative hypothesis",
        "Population model, not a measurement",
    ):
        assert stamp in page
    assert page.count('<span class="label">illustrative hypothesis</span>') == 6, "occupancy and five steps"
    assert "Olofsen E" in page
    assert "No forecast for one person" in page


def test_limits_are_seen_without_unfolding(reader: Client) -> None:
    page = reader.get("/models/?weight_kg=130&age_years=70&dose_mg_per_kg=0.5&over_min=40").content.decode()
    assert '<p class="notice notice-warn">▲ No IV ketamine model is validated above 95 kg' in page
    assert "people of 130 kg and 70 years" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("weight_kg=7&age_years=40&dose_mg_per_kg=0.5&over_min=40", "greater than or equal to 30"),
        ("weight_kg=70&age_years=x&dose_mg_per_kg=0.5&over_min=40", "Enter a whole number."),
        ("weight_kg=70&age_years=40&dose_mg_per_kg=NaN&over_min=40", "Enter a plain number in mg/kg."),
        ("weight_kg=70&age_years=40&dose_mg_per_kg=0.5&over_min=0", "greater than or equal to 1"),
        ("dose_mg_per_kg=0.5", "This field is required."),
    ],
)
def test_what_cannot_be_is_given_back_with_what_to_mend(reader: Client, asked: str, said: str) -> None:
    answer = reader.get(f"/models/?{asked}")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "<svg" not in page
    assert "How ketamine may act" in page


def test_nothing_given_is_a_flat_line_and_no_error(reader: Client) -> None:
    assert reader.get("/models/?weight_kg=70&age_years=40&dose_mg_per_kg=0&over_min=40").status_code == 200


def test_what_lies_beyond_an_effects_fit_is_seen_beside_its_panel(reader: Client) -> None:
    """At 3 mg/kg the pressure line ran to several times the level it was fitted at; the warning was folded away."""
    page = reader.get("/models/?weight_kg=70&age_years=25&dose_mg_per_kg=3&over_min=40").content.decode()
    seen = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert re.search(r'class="notice notice-warn">▲ S-ketamine at the site reaches \d+ ng/mL', seen)
    assert "not drawn: beyond what it was fitted at" in seen
    assert seen.count("Dose 3 mg/kg is outside our range of use") == 4, "the level and each of three effects"


def test_a_change_of_exposure_without_a_source_for_its_size_shows_a_direction(reader: Client) -> None:
    page = reader.get("/models/").content.decode()
    assert re.search(r"Moderate liver impairment: [^<]+</td>\s*<td>\s*higher, by how much is not known\s*</td>", page)
    assert "predicted" not in page.split("What changes exposure")[1].split("What became of groups")[0]
