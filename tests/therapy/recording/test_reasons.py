"""A reason is words; a letter, a dot or a repeated key is none, in any script."""

import pytest

from sereniv.therapy.recording.reasons import demand_reason, demand_word, is_reason, says_something
from sereniv.therapy.recording.refusal import Malformed


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "x",
        "xx",
        ".",
        "...........",
        "ok",
        "n/a",
        "none",
        "aaaa aaaa",
        "xxxxxxxx xxxxxxxxx",
        "x x x x x x x x x",
        "12345678 90",
        "\u200b\u200b\u200b",
        "好",
        "好好好",
    ],
)
def test_what_is_no_reason(text: str) -> None:
    assert not is_reason(text)
    with pytest.raises(Malformed, match="Write why"):
        demand_reason(text, "Write why.")


@pytest.mark.parametrize(
    "text",
    [
        "Benefit outweighs risk",
        "seen today, stable",
        "BP 150/95, home readings normal",
        "Блокада не показана",
        "血压已复查正常",
        "血圧は安定している",
        "रोगी स्थिर है",
        "المريضة مستقرة",
        "Bệnh nhân ổn",
    ],
)
def test_what_is_a_reason(text: str) -> None:
    assert is_reason(text)
    assert demand_reason(f"  {text} ", "Write why.") == text


def test_what_was_typed_is_named() -> None:
    with pytest.raises(Malformed, match="“x” is no reason"):
        demand_reason("x", "Write why.")


@pytest.mark.parametrize("text", ["", " ", "x", "ok", "....", "12345", "aaa", "x 1", "n/a", "\u200b\u200b", "好"])
def test_what_says_nothing_at_all(text: str) -> None:
    assert not says_something(text)
    with pytest.raises(Malformed, match="Write why"):
        demand_word(text, "Write why.")


@pytest.mark.parametrize("text", ["nausea", "BP 170", "ill", "Recalled.", "тошнота", "恶心", "जी मिचलाना"])
def test_one_word_is_enough_where_nothing_is_passed_over(text: str) -> None:
    assert demand_word(f" {text}", "Write why.") == text
