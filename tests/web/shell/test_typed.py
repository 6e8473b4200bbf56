"""What people type: numbers with point or comma alone, days in any of the ways, telephone numbers, legible text."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic.web.admin.forms import DetailsForm
from sereniv.clinic.web.shell import form_parts
from sereniv.clinic.web.shell.typed_fields import DayField, ExactField, PhoneField, WholeField
from sereniv.knowledge import knowledge
from sereniv.therapy.recording.refusal import Malformed
from sereniv.therapy.recording.typed import cannot_be_read, dates_meant, phone_digits, plain_number
from sereniv.therapy.recording.typed_values import read
from tests.web.form_modules import PAGES, modules_of_forms

NO_NUMBERS = [
    "0.5_0", "٠.٥", "０.５", "5e-1", "1e-9", "1E+3", "inf", "-inf", "Infinity", "nan", "NaN", "4_0", "1.2.3", "1,234.5",
    "0x10", "١2", "½", "12O", "1 000", "--1", ".", ",", "",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        plain_number(text)


@pytest.mark.parametrize(
    ("text", "value"), [("71,4", "71.4"), ("71.4", "71.4"), (" 5 ", "5"), (",5", "0.5"), ("5.", "5")]
)
def test_point_and_comma_are_the_same(text: str, value: str) -> None:
    assert plain_number(text) == Decimal(value)


@given(st.decimals(min_value=0, max_value=99999, places=3))
def test_every_number_reads_back(value: Decimal) -> None:
    assert plain_number(f"{value:f}") == value == plain_number(f"{value:f}".replace(".", ","))


class Everything(form_parts.ActForm):
    exact = ExactField(max_digits=8, decimal_places=3, error_messages={"invalid": "Enter a plain number in mg."})
    whole = WholeField()
    day = DayField(error_messages={"invalid": "Enter the date as 1984-03-02."})
    phone = PhoneField(required=False)


def typed(**values: str) -> Everything:
    return Everything(
        {"key": "typed-form-00001", "exact": "1", "whole": "1", "day": "1984-03-02", "phone": "", **values}
    )


@pytest.mark.parametrize("text", [each for each in NO_NUMBERS if each])
def test_fields_say_how_to_mend_a_number(text: str) -> None:
    assert "Enter a plain number in mg. Use the digits 0 to 9" in str(typed(exact=text).errors["exact"])
    assert "Use the digits 0 to 9" in str(typed(whole=text).errors["whole"])


def test_every_number_field_of_every_form_takes_a_comma() -> None:
    """No form may bring a field of its own that reads numbers or days in another way."""
    others = re.compile(r"forms\.(Decimal|Integer|Float|Date)Field\(")
    found = {path.name for path in PAGES.rglob("*.py") if others.search(path.read_text())} - {"typed_fields.py"}
    assert found == {"form_parts.py"}, "form_parts.py asks a number of the chart that nobody types"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1980-11-29", ["1980-11-29"]), ("11/29/1980", ["1980-11-29"]), ("29/11/1980", ["1980-11-29"]),
        ("29.11.1980", ["1980-11-29"]), ("3.4.1980", ["1980-04-03"]), ("29 Nov 1980", ["1980-11-29"]),
        ("November 29, 1980", ["1980-11-29"]), ("29th november 1980", ["1980-11-29"]), ("19801129", ["1980-11-29"]),
        ("03/04/1980", ["1980-03-04", "1980-04-03"]), ("04/04/1980", ["1980-04-04"]), ("29 Febr 1981", []),
        ("11/29/80", []), ("yesterday", []), ("٢٩/١١/١٩٨٠", ["1980-11-29"]), ("31/31/1980", []),
    ],
)  # fmt: skip
def test_days_are_read_in_the_ways_people_write_them(text: str, meant: list[str]) -> None:
    assert [each.isoformat() for each in dates_meant(text)] == meant


@pytest.mark.parametrize("text", ["１９８０-０２-０３", "١٩٨٠-٠٢-٠٣", "１９８０／２／３", "३ Feb १९८०"])
def test_a_day_is_read_in_the_digits_of_every_script(text: str) -> None:
    assert [each.isoformat() for each in dates_meant(text)] == ["1980-02-03"]


def test_a_number_typed_in_other_digits_is_kept_in_those_that_a_telephone_dials() -> None:
    form = typed(phone="٠٣٠ ١٢٣٤٥٦٧")
    assert form.is_valid()
    assert form.cleaned_data["phone"] == "030 1234567"
    short = "٤٧١١"
    assert typed(phone=short, phone_sure=short).is_valid(), "said to be right in the same digits"


def test_a_day_that_may_mean_two_is_asked_about() -> None:
    asked = str(typed(day="03/04/1980").errors["day"])
    assert "4 March 1980 or 3 April 1980" in asked
    assert typed(day="11/29/1980").is_valid()
    assert "Enter the date as 1984-03-02." in str(typed(day="soon").errors["day"])


@pytest.mark.parametrize("text", ["abc", "12", "+", "555-CALL", "٠٣٠ ١٢٣٤٥ اتصل", "1" * 25, "++49 30 12345"])
def test_what_is_no_telephone_number_is_refused(text: str) -> None:
    assert "digits" in str(typed(phone=text).errors["phone"])


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("+1 (303) 555-0199", "+13035550199"), ("030/12345", "03012345"), ("303.555.0199 ext. 4", "3035550199ext4"),
        ("555 0100", "5550100"), ("٠٣٠ ١٢٣٤٥", "03012345"), ("０３－１２３４－５６７８", "0312345678"),
        ("+९१ ११ २३४५ ६७८९", "+911123456789"),
    ],
)  # fmt: skip
def test_telephone_numbers_are_the_same_in_every_spacing(text: str, digits: str) -> None:
    assert phone_digits(text) == digits
    assert typed(phone=text).is_valid()


@pytest.mark.parametrize("text", ["112", "+988", "9-1-1", "123 ext 4"])
def test_a_services_number_is_nobodys_own(text: str) -> None:
    assert "number of a service" in str(typed(phone=text).errors["phone"])
    assert "number of a service" in str(typed(phone=text, phone_sure=text).errors["phone"]), "nor by saying so"


@pytest.mark.parametrize("text", ["4711", "12 34 56", "4711 ext 22", "0000000"])
def test_a_number_that_may_not_be_whole_is_asked_about_and_taken_when_it_is_right(text: str) -> None:
    asked = typed(phone=text)
    assert "say below that it is right" in str(asked.errors["phone"])
    assert f"{text} is right as it stands" in asked.as_p()
    sure = typed(phone=text, phone_sure=text)
    assert sure.is_valid()
    assert sure.cleaned_data["phone"] == text
    assert "phone" in typed(phone=text, phone_sure="4712").errors, "said of another number"


def test_a_number_that_stands_already_is_not_asked_about_again_and_an_inside_line_may_be_short() -> None:
    kept = Everything({"phone": "112"}, initial={"phone": "112"})
    assert "phone" not in kept.errors
    details = DetailsForm({"key": "typed-form-00001", "name": "Clinic", "on_call_phone": "22", "phone": "112"})
    assert "digits" in str(details.errors["on_call_phone"])
    details = DetailsForm({"key": "typed-form-00001", "name": "Clinic", "on_call_phone": "220", "phone": "112"})
    assert "on_call_phone" not in details.errors
    assert "phone" in details.errors


@pytest.mark.parametrize(
    "text",
    [
        "\u200b",
        "\u202eAnna",
        "Anna\u0007",
        "A\x1bB",
        "An\u00adna",
        "\u3164",
        "Anna\ufeff",
        "A\u200dB",
        "\u2066x",
        "\u2800",
    ],
)
def test_what_nobody_can_see_is_refused_by_name(text: str) -> None:
    said = cannot_be_read(text)
    assert "cannot be seen" in said
    assert "U+" in said
    form = form_parts.ReasonForm({"key": "reason-form-0001", "reason": text})
    assert "cannot be seen" in str(form.errors["reason"])


@pytest.mark.parametrize(
    "text",
    [
        "José Núñez",
        "王小明",
        "प्रिया शर्मा",
        "क\u094d\u200dष",
        "สมชาย",
        "العربي",
        "כהן",
        "O’Brien",
        "😀\ufe0f ok",
        "a\nb\tc",
    ],
)
def test_what_can_be_read_is_taken(text: str) -> None:
    assert cannot_be_read(text) == ""


@pytest.mark.parametrize("text", ["0.5_0", "7١", "1e2", "inf"])
def test_measurements_read_numbers_in_the_same_way(text: str) -> None:
    with pytest.raises(Malformed, match="Weight: enter a plain number in kg"):
        read(text, knowledge().plausible["weight_kg"])


def test_every_telephone_number_of_a_form_is_one() -> None:
    """An escort or somebody on call under "abc" is reached by nobody."""
    for module in modules_of_forms():
        for made in vars(module).values():
            fields = getattr(made, "base_fields", {})
            for name in fields:
                assert "phone" not in name or isinstance(fields[name], PhoneField), (module.__name__, name)
