"""Names in any spelling: found however they are typed, and asked about when two may be one person."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.therapy.person.names import UNCOMPARED, Identity, folded, is_found, likenesses, sought, telling
from sereniv.therapy.person.romanised import is_unread
from sereniv.therapy.person.sender import Sender, tells

JOSE = Identity(family_name="Núñez", given_names="José", born=date(1984, 11, 29), phone="+1 (303) 555-0199")
LEILA = Identity(family_name="Corvin", given_names="Leila", born=date(1991, 8, 23))
MING = Identity(family_name="王", given_names="小明", born=date(1970, 1, 1))
OBRIEN = Identity(family_name="O’Brien", given_names="Anne-Marie", born=date(1970, 1, 1), phone="030 1234567")
MUELLER = Identity(family_name="Müller", given_names="Jörg", born=date(1970, 1, 1))
NADIA = Identity(family_name="Brook", given_names="Nadia", born=date(1985, 6, 2), phone="555-0121")
HOME = Identity(family_name="Brook", given_names="Nadia", born=date(1985, 6, 2), phone="303-555-0121")
SUKARNO = Identity(family_name="Sukarno", given_names="", born=date(1970, 1, 1))


@pytest.mark.parametrize(
    ("who", "wanted"),
    [
        (JOSE, "Nunez"), (JOSE, "NÚÑEZ"), (JOSE, "JOSÉ"), (JOSE, "jose nunez"), (JOSE, "Nun\u0303ez"), (JOSE, "jos"),
        (JOSE, "29.11.1984"), (JOSE, "1984-11-29"), (JOSE, "11/29/1984"), (JOSE, "29 Nov 1984"),
        (JOSE, "nunez 1984-11-29"),
        (JOSE, "29.11.84"), (JOSE, "11/29/84"), (JOSE, "29-Nov-84"), (JOSE, "29111984"), (JOSE, "nunez 29.11.84"),
        (JOSE, "303 555 0199"), (JOSE, "3035550199"), (JOSE, "+13035550199"), (JOSE, "5550199"),
        (NADIA, "5550121"), (NADIA, "555 0121"), (NADIA, "+1 555 0121"), (HOME, "+1 303 555 0121"),
        (HOME, "13035550121"), (HOME, "0013035550121"), (OBRIEN, "+49 30 1234567"),
        (NADIA, "19850602"), (NADIA, "02061985"),
        (LEILA, "Corvin,"), (LEILA, "corvin, leila"), (LEILA, "LEILA CORVIN"),
        (MING, "王小明"), (MING, "Wang"), (MING, "xiao ming"), (MING, "xiaoming"),
        (OBRIEN, "O'Brien"), (OBRIEN, "obrien"), (OBRIEN, "Annemarie"), (OBRIEN, "anne marie"), (OBRIEN, "030/1234567"),
        (MUELLER, "Mueller"), (MUELLER, "muller"), (MUELLER, "Joerg Müller"), (SUKARNO, "sukarno"),
    ],
)  # fmt: skip
def test_a_person_is_found_however_they_are_typed(who: Identity, wanted: str) -> None:
    assert is_found(who, wanted)


@pytest.mark.parametrize(
    ("family", "typed"),
    [
        ("Ødegård", "Odegard oedegaard ØDEGAARD odegaard Oedegård"), ("Oedegaard", "Ødegård odegard"),
        ("Åse", "aase ase A\u030ase"), ("Ångström", "angstroem Aangstrom"), ("Sæther", "saether sather"),
        ("Kjær", "kjaer kjar"), ("Weiß", "weiss WEISS"), ("Weiss", "Weiß"), ("Łukasz", "lukasz"),
        ("Đoković", "djokovic dokovic Djoković"), ("Djokovic", "Đoković"), ("Þórðarson", "thordarson Thordharson"),
        ("Işık", "isik ISIK Işik"), ("Œuvrard", "oeuvrard ouvrard"), ("Əliyev", "aliyev"), ("Bøe", "boe boee"),
    ],
)  # fmt: skip
def test_a_letter_that_has_no_key_is_found_as_people_type_it_and_met_again(family: str, typed: str) -> None:
    who = Identity(family_name=family, given_names="Kim", born=date(1970, 1, 1))
    for each in typed.split():
        spelt = Identity(family_name=each, given_names="Kim", born=date(1990, 2, 2))
        assert is_found(who, each), each
        assert likenesses(who, spelt) == likenesses(spelt, who) == ("the same name",), each


@pytest.mark.parametrize(
    ("family", "given", "typed"),
    [
        ("김", "민준", "Kim Gim Minjun min-jun Joon Minjoon min-joon"), ("한", "윤수", "Han Yoonsoo Yunsu Soo"),
        ("이", "지영", "Lee Jiyoung ji-young"), ("박", "성호", "Park Bag"),
        ("정", "현우", "Jung Hyunwoo"), ("최", "", "Choi"), ("남궁", "민", "Namgung"),
        ("김민준", "", "Kimminjun Kim Minjun"),
        ("Παπαδόπουλος", "Γιώργος", "Papadopoulos papadopoylos Papado"),
        ("Ευαγγέλου", "Ευθύμιος", "Evangelou Efthymios"),
        ("Χατζηδάκης", "Μπάμπης", "Hatzidakis Chatzidakis Bampis"), ("Γκίκας", "Παύλος", "Gikas Gkikas Pavlos"),
        ("Ντάλλας", "Φώτης", "Dallas Ntallas Fotis"), ("ΑΓΓΕΛΟΠΟΥΛΟΥ", "Μαΐα", "Angelopoulou Maia"),
    ],
)  # fmt: skip
def test_a_name_in_other_letters_is_found_as_its_bearers_spell_it(family: str, given: str, typed: str) -> None:
    """The likeness of each letter was found alone: Gim and Papadopoylos, which nobody types."""
    who = Identity(family_name=family, given_names=given, born=date(1970, 1, 1))
    for each in typed.split():
        assert is_found(who, each), each
    latin = Identity(family_name=typed.split()[0], given_names="", born=date(1970, 1, 1))
    assert is_found(latin, family), "and the other way round"


@pytest.mark.parametrize(
    ("own", "latin"),
    [
        (("김", "민준"), ("Kim", "Minjun")), (("박", "지성"), ("Park", "Ji-Sung")),
        (("이", "영수"), ("Lee", "Young-soo")), (("박", "준"), ("Park", "Joon")),
        (("Παπαδόπουλος", "Γιώργος"), ("Papadopoulos", "Giorgos")),
        (("Ευαγγέλου", "Χρήστος"), ("Evangelou", "Christos")),
        (("Κουρής", "Ευθύμιος"), ("Kouris", "Efthimios")),
    ],
)  # fmt: skip
def test_a_name_in_other_letters_is_met_again_in_latin_ones(own: tuple[str, str], latin: tuple[str, str]) -> None:
    one, two = (Identity(family_name=each[0], given_names=each[1], born=date(1970, 1, 1)) for each in (own, latin))
    assert likenesses(one, two) == likenesses(two, one) == ("the same name", "the same date of birth")
    assert any(line in sought(two.name) for line in telling(one).name_lines)
    assert any(line in sought(one.name) for line in telling(two).name_lines)
    assert tells(Sender(name=one.name, reach="a")) & tells(Sender(name=two.name, reach="b"))


@pytest.mark.parametrize("name", ["כהן", "محمد", "田中", "शर्मा", "สมชาย"])
def test_a_name_in_letters_without_one_spelling_is_asked_about_by_the_birth_date(name: str) -> None:
    """Tanaka was registered beside 田中, born the same day, without a question: no two of their letters agree."""
    own = Identity(family_name=name, given_names="", born=date(1970, 1, 1))
    latin = Identity(family_name="Cohen-Tanaka", given_names="", born=date(1970, 1, 1))
    assert likenesses(own, latin) == likenesses(latin, own) == ("the same date of birth", UNCOMPARED)
    assert likenesses(own, replace(latin, born=date(1971, 5, 9))) == ()
    other = replace(own, family_name="לוי" if name == "כהן" else "כהן")
    assert UNCOMPARED not in likenesses(other, own), "two that are both in such letters are held as they are"


@pytest.mark.parametrize("name", ["Núñez", "김민준", "Шевченко", "さくら", "Παύλος", "Kaʻiulani", "O’Brien", "Łukasz"])
def test_letters_with_one_likeness_are_read(name: str) -> None:
    assert not is_unread(name)


def test_two_of_other_names_in_one_script_are_not_one() -> None:
    kim, lee = (Identity(family_name=name, given_names="민준", born=date(1970, 1, 1)) for name in ("김", "이"))
    assert not is_found(kim, "Lee")
    assert "the same name" not in likenesses(kim, lee)


@pytest.mark.parametrize(
    ("family", "part"), [("Ødegård", "oedeg"), ("Sæther", "Sæth"), ("Weiß", "weis"), ("Ma Anna", "maanna"),
                         ("Gøteborg-Årud", "aarud"), ("Gøteborg-Årud", "gøteborgårud")],
)  # fmt: skip
def test_a_part_of_such_a_name_is_found_too(family: str, part: str) -> None:
    assert is_found(Identity(family_name=family, given_names="Kim", born=date(1970, 1, 1)), part)


@pytest.mark.parametrize("wanted", ["Varga", "leila nunez", "29.11.1985", "5550198", ",", "jose x"])
def test_nobody_is_found_by_what_is_not_theirs(wanted: str) -> None:
    assert not is_found(JOSE, wanted)


def other(base: Identity, family: str = "", given: str = "", born: date | None = None, phone: str = "") -> Identity:
    return Identity(
        family_name=family or base.family_name,
        given_names=given or base.given_names,
        born=born or base.born,
        phone=phone,
    )


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (LEILA, other(LEILA, " CORVIN", "leila"), ("the same name", "the same date of birth")),
        (LEILA, other(LEILA, "Leila", "Corvin"), ("the same name",)),
        (LEILA, other(LEILA, "Corwin", "Laila"), ("alike", "the same date of birth")),
        (LEILA, other(LEILA, born=date(1991, 8, 28)), ("the same name", "differs by a slip")),
        (JOSE, other(JOSE, "Nunez", "Jose", born=date(1950, 1, 1)), ("the same name",)),
        (LEILA, other(LEILA, "Hartmann"), ("the same date of birth",)),
        (other(LEILA, born=date(1991, 8, 3)), other(LEILA, born=date(1991, 3, 8)), ("differs by a slip",)),
        (JOSE, Identity(family_name="Vega", given_names="Ana", born=date(1960, 2, 2), phone="303-555-0199"),
         ("the same telephone number",)),
        (other(LEILA, "Schmidt", "Catherine"), other(LEILA, "Schmitt", "Kathryn"), ("alike",)),
        (MING, Identity(family_name="Wang", given_names="Xiao Ming", born=date(1970, 1, 1)), ("the same name",)),
        (other(LEILA, "Corvin", "Leila Maria"), LEILA, ("alike",)),
    ],
)  # fmt: skip
def test_two_who_may_be_one_are_asked_about(one: Identity, two: Identity, why: tuple[str, ...]) -> None:
    for said in (likenesses(one, two), likenesses(two, one)):
        for words in why:
            assert any(words in each for each in said), said


@pytest.mark.parametrize(
    "two",
    [
        Identity(family_name="Varga", given_names="Tomas", born=LEILA.born),
        Identity(family_name="Corvin", given_names="Peter", born=date(1950, 1, 1)),
        Identity(family_name="Corvin", given_names="Leon", born=date(1952, 2, 2)),
    ],
)
def test_chance_alone_is_not_asked_about(two: Identity) -> None:
    assert likenesses(LEILA, two) == ()


@given(st.text(max_size=40), st.text(max_size=40))
def test_folding_is_total_and_stable(one: str, two: str) -> None:
    assert folded(folded(one)) == folded(one)
    made = [Identity(family_name=each, given_names="", born=date(2000, 1, 1), phone=each[:40]) for each in (one, two)]
    assert likenesses(made[0], made[1]) == likenesses(made[1], made[0])
    assert is_found(made[0], two) in (True, False)
