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
        "see above",
        "See above.",
        "none needed",
        "Not necessary",
        "not applicable",
        "as discussed",
        "as previously agreed",
        "no reason needed",
        "same as before",
        "because I said so",
        "per protocol",
        "test test test",
        "asdf asdf asdf",
        "asdfgh jklhjk qwertz",
        "stable stable stable",
        "siehe oben",
        "wie besprochen",
        "wie abgesprochen",
        "laut Protokoll",
        "laut Notiz",
        "ohne Grund",
        "passt schon",
        "según protocolo",
        "según lo hablado",
        "ver nota",
        "sin motivo",
        "sin comentarios",
        "selon protocole",
        "voir dossier",
        "nicht notwendig",
        "ver arriba",
        "no es necesario",
        "comme convenu",
        "см. выше",
        "как обсуждали",
        "не требуется",
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
        "BP settled",
        "BP 118/76 now",
        "HR 78, resting",
        "as discussed with her sister",
        "see letter of Dr. Okoro",
        "no longer needed",
        "not pregnant, tested",
        "same dose, borne well",
        "wie mit der Schwester besprochen",
        "will nicht",
        "es passt ihr nicht",
        "the same again",
        "measured again, the same",
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


@pytest.mark.parametrize(
    "asked", ["Write why the course stops.", "Write how you know that both are one person, such as: kin."]
)
def test_what_is_asked_written_once_more_is_no_reason(asked: str) -> None:
    for copied in (asked.partition(",")[0], asked.partition(",")[0].removeprefix("Write ").upper()):
        with pytest.raises(Malformed, match="is no reason"):
            demand_reason(copied, asked)
    assert demand_reason("the course stops: she moved", asked) == "the course stops: she moved"


SAYS_NOTHING = [
    "", " ", "x", "ok", "....", "12345", "aaa", "x 1", "n/a", "\u200b\u200b", "好", "see above", "as discussed", "okay",
    "same", "ditto", "asdf", "siehe oben",
]  # fmt: skip


@pytest.mark.parametrize("text", SAYS_NOTHING)
def test_what_says_nothing_at_all(text: str) -> None:
    assert not says_something(text)
    with pytest.raises(Malformed, match="Write why"):
        demand_word(text, "Write why.")


@pytest.mark.parametrize(
    "text", ["nausea", "BP 170", "ill", "none needed", "nothing", "Recalled.", "тошнота", "恶心", "जी मिचलाना"]
)
def test_one_word_is_enough_where_nothing_is_passed_over(text: str) -> None:
    assert demand_word(f" {text}", "Write why.") == text


@pytest.mark.parametrize("text", ["per protocol", "laut Protokoll", "según protocolo", "not needed"])
def test_what_is_an_answer_and_no_reason(text: str) -> None:
    """Under a protocol with steps it is why a rate changes; past a hold it says nothing."""
    assert says_something(text)
    assert not is_reason(text)
