"""PHQ-9: no total with a blank, a blank suicide item is asked in person, bands begin where published."""

import pytest

from sereniv.knowledge import knowledge
from sereniv.therapy.refusal import Malformed
from sereniv.therapy.scales import band, score

PHQ9 = knowledge().scales["phq9"]
ZEROES: tuple[int | None, ...] = (0,) * 9


def answers(total: int) -> tuple[int, ...]:
    """Return nine answers that add up to `total`, the suicide item last to rise."""
    return tuple(min(3, max(0, total - 3 * place)) for place in range(9))


@pytest.mark.parametrize(
    ("total", "name"),
    [
        (0, "minimal"), (4, "minimal"), (5, "mild"), (9, "mild"), (10, "moderate"), (14, "moderate"),
        (15, "moderately severe"), (19, "moderately severe"), (20, "severe"), (27, "severe"),
    ],
)  # fmt: skip
def test_bands_at_every_cut(total: int, name: str) -> None:
    scored = score(PHQ9, answers(total))
    assert (scored.total, scored.band, scored.missing_items) == (total, name, ())


@pytest.mark.parametrize("blank", range(9))
def test_a_blank_is_no_zero(blank: int) -> None:
    given = [*ZEROES]
    given[blank] = None
    scored = score(PHQ9, given)
    assert (scored.total, scored.band, scored.missing_items) == (None, "", (blank + 1,))
    assert scored.opens_safety_flow is (blank == 8)


@pytest.mark.parametrize(("answer", "opens"), [(0, False), (1, True), (2, True), (3, True), (None, True)])
def test_the_suicide_item_opens_the_flow_unless_it_is_a_clear_no(answer: int | None, opens: bool) -> None:
    assert score(PHQ9, (*ZEROES[:8], answer)).opens_safety_flow is opens


@pytest.mark.parametrize("wrong", [(0,) * 8, (0,) * 10, (*ZEROES[:8], 4), (-1, *ZEROES[:8])])
def test_answers_that_are_none_of_the_scale_are_malformed(wrong: tuple[int, ...]) -> None:
    with pytest.raises(Malformed):
        score(PHQ9, wrong)


def test_no_total_has_no_band() -> None:
    assert band(PHQ9, None) == ""
