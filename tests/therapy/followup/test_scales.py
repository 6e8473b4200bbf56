"""Rating scales: published vectors, no total with a blank, a blank suicide item is asked in person."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereniv.knowledge import knowledge
from sereniv.knowledge.rows import Scale
from sereniv.therapy.followup.scales import allowed_answers, band, clusters_met, expected_answers, is_positive, score
from sereniv.therapy.recording.refusal import Malformed

PHQ9 = knowledge().scales["phq9"]
PCL5, PEG, AUDITC = (knowledge().scales[name] for name in ("pcl5", "peg", "auditc"))
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
    assert (scored.total, scored.band, scored.missing_items) == (Decimal(total), name, ())


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


@pytest.mark.parametrize(
    ("scale", "given", "total", "name"),
    [
        ("gad7", (0, 0, 0, 0, 0, 0, 0), "0", "minimal"), ("gad7", (1, 1, 1, 1, 0, 0, 0), "4", "minimal"),
        ("gad7", (1, 1, 1, 1, 1, 0, 0), "5", "mild"), ("gad7", (2, 2, 2, 2, 2, 0, 0), "10", "moderate"),
        ("gad7", (3, 3, 3, 3, 3, 0, 0), "15", "severe"), ("gad7", (3,) * 7, "21", "severe"),
        ("pcl5", (2,) * 15 + (0,) * 5, "30", "below the cut"),
        ("pcl5", (2,) * 15 + (1,) + (0,) * 4, "31", "at the cut of 31 to 33"),
        ("pcl5", (2,) * 17 + (0,) * 3, "34", "above the cut"), ("pcl5", (4,) * 20, "80", "above the cut"),
        ("peg", (0, 0, 0), "0", ""), ("peg", (7, 6, 7), "6.67", ""), ("peg", (5, 4, 4), "4.33", ""),
        ("peg", (10, 10, 10), "10", ""), ("auditc", (4, 4, 4), "12", ""), ("auditc", (1, 2, 0), "3", ""),
        ("auditc", (0, None, None), "0", ""), ("nrs", (7,), "7", "severe"), ("mood", (10,), "10", ""),
        ("hamd17", (16, 0), "16", "mild"), ("hamd17", (17, 0), "17", "moderate"), ("hamd17", (24, 0), "24", "severe"),
        ("qids", (5, 0), "5", "none"), ("qids", (21, 0), "21", "very severe"), ("madrs", (34, 0), "34", "moderate"),
        ("madrs", (35, 0), "35", "severe"), ("ymrs", (21,), "21", "manic range"), ("cssrs_risk", (3,), "3", "high"),
        ("cssrs_risk", (0,), "0", "none"),
    ],
)  # fmt: skip
def test_vectors_of_every_scale(scale: str, given: tuple[int | None, ...], total: str, name: str) -> None:
    scored = score(knowledge().scales[scale], given)
    assert scored.total == Decimal(total)
    assert (scored.band, scored.missing_items) == (name, ())
    assert scored.opens_safety_flow is (scale == "cssrs_risk" and total != "0"), "every level of the C-SSRS is taken up"


@st.composite
def filled(draw: st.DrawFn) -> tuple[Scale, list[int | None]]:
    scale = draw(st.sampled_from(sorted(knowledge().scales.values(), key=lambda each: each.id)))
    places = range(1, expected_answers(scale) + 1)
    return scale, [draw(st.none() | st.sampled_from(allowed_answers(scale, place))) for place in places]


@settings(max_examples=300)
@given(filled())
def test_a_blank_is_never_a_zero_in_any_scale(drawn: tuple[Scale, list[int | None]]) -> None:
    scale, given_answers = drawn
    scored = score(scale, given_answers)
    blanks = [place for place, answer in enumerate(given_answers, start=1) if answer is None]
    never = scale.ends_at_first_zero and given_answers[0] == 0
    if scale.safety_range and blanks == [2]:
        assert scored.total == given_answers[0], "what the item beside it said is unknown; the total is not"
        assert scored.opens_safety_flow
    elif blanks and not never:
        missing = [1] if scale.safety_range else blanks
        assert (scored.total, scored.band, list(scored.missing_items)) == (None, "", missing)
    else:
        low, high = scale.total_range
        assert scored.total is not None
        assert low <= scored.total <= high


def test_every_total_of_the_peg_is_told_from_every_other() -> None:
    totals = {score(PEG, (a, b, c)).total for a in range(11) for b in range(11) for c in range(11)}
    assert len(totals) == 31


@pytest.mark.parametrize(("sex", "cut"), [("male", 4), ("female", 3)])
def test_the_audit_c_has_a_cut_for_each_sex(sex: str, cut: int) -> None:
    assert is_positive(AUDITC, Decimal(cut), sex) is True
    assert is_positive(AUDITC, Decimal(cut - 1), sex) is False
    assert is_positive(AUDITC, None, sex) is None
    assert is_positive(AUDITC, Decimal(5), "intersex") is None, "no published cut: unknown, never fine"


def test_clusters_of_the_pcl5() -> None:
    answers: list[int | None] = [0] * 20
    assert set(clusters_met(PCL5, answers).values()) == {False}
    for number in (1, 6, 8, 9, 15, 16):
        answers[number - 1] = 2
    assert set(clusters_met(PCL5, answers).values()) == {True}
    answers[8] = 1
    assert clusters_met(PCL5, answers)["D, thoughts and mood"] is False
    answers[9] = None
    assert clusters_met(PCL5, answers)["D, thoughts and mood"] is None, "the blank may have counted"
