"""The numbers of a row as the page of the rules shows them: in words, and only those that the row holds."""

from sereniv.clinic.web.templatetags.clinic import numbers
from sereniv.knowledge import knowledge


def test_no_row_is_shown_as_the_program_writes_it() -> None:
    """*Option(title='A shorter interval', evidence_line=...* stood on the page."""
    for row in knowledge().rows():
        for name, words in numbers(row):
            assert "=" not in words, f"{row.id}: {name} {words}"


def test_a_number_that_a_rule_does_not_hold_is_no_zero() -> None:
    """*by days 0, look back 0* stood beside every rule of the course that asks for neither."""
    shown = dict(numbers(knowledge().course["early_non_response"]))
    assert shown["after infusion"] == "3"
    assert "0" not in shown.values()
