"""How Greek and Korean names are spelt in Latin letters by those who bear them, beside their letter-by-letter likeness.

Passports and people write Papadopoulos and Kim where the likeness of each letter is Papadopoylos and Gim.
"""

import re
import unicodedata
from functools import partial

from anyascii import anyascii

ACUTE, DIAERESIS = "\u0301", "\u0308"

_GREEK = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")
_HANGUL = re.compile(r"[\uac00-\ud7a3]+")
_U = re.compile(r"(?<!e)u(?!i)")
"""The vowel of Jun, which some spell oo; eu and ui are others."""
_READ = (
    "LATIN", "GREEK", "CYRILLIC", "HANGUL", "HIRAGANA", "KATAKANA", "ARMENIAN", "GEORGIAN", "MODIFIER", "FEMININE",
    "MASCULINE", "MICRO",
)  # fmt: skip
"""How Unicode begins the names of letters that have one likeness in Latin ones, near what their bearers write."""
_VOICELESS_NEXT = "θκξπσςτφχψ"
_GREEK_PAIRS = {
    "αι": "ai", "ει": "ei", "οι": "oi", "υι": "yi", "ου": "ou", "γγ": "ng", "γξ": "nx", "γχ": "nch", "ντ": "nt",
}  # fmt: skip
"""Pairs of letters as ELOT 743, the table of the Greek passport, writes them."""
_WITH_UPSILON = {"α": "a", "ε": "e", "η": "i"}
"""Vowels after which an upsilon is a v, or an f before a letter without voice and at the end."""
_INITIAL = {"μπ": "b", "γκ": "g", "ντ": "d"}
_PLAIN = {"χ": "h", "φ": "f", "υ": "i"}

FAMILY_NAMES = {
    "김": "kim", "이": "lee", "박": "park", "최": "choi", "정": "jung", "강": "kang", "조": "cho", "윤": "yoon",
    "임": "lim", "오": "oh", "서": "seo", "신": "shin", "권": "kwon", "황": "hwang", "안": "ahn", "송": "song",
    "전": "jeon", "홍": "hong", "유": "yoo", "고": "ko", "문": "moon", "손": "son", "양": "yang", "배": "bae",
    "백": "baek", "허": "huh", "노": "noh", "심": "shim", "구": "koo", "곽": "kwak", "우": "woo", "주": "joo",
    "나": "na", "류": "ryu", "변": "byun", "여": "yeo", "추": "choo", "현": "hyun", "석": "suk", "선우": "sunwoo",
    "남궁": "namgung", "황보": "hwangbo", "제갈": "jegal",
}  # fmt: skip
"""Korean family names as their bearers spell them most often; the revised romanisation has Gim, I and Bag."""
GIVEN = {
    "영": "young", "현": "hyun", "정": "jung", "성": "sung", "우": "woo", "희": "hee", "선": "sun", "경": "kyung",
    "규": "kyu", "철": "chul", "석": "suk", "수": "soo", "주": "joo", "은": "eun", "연": "yeon", "숙": "sook",
    "순": "soon", "준": "jun", "승": "seung", "혜": "hye", "미": "mi", "건": "kun", "국": "kook", "구": "koo",
    "기": "ki", "길": "kil", "광": "kwang", "관": "kwan", "금": "keum", "강": "kang", "태": "tae", "덕": "duk",
    "명": "myung", "병": "byung", "형": "hyung", "용": "yong", "훈": "hoon", "문": "moon", "중": "joong",
}  # fmt: skip
"""Syllables of given names likewise."""


def latin_spellings(text: str) -> tuple[str, ...]:
    """Return a name as it is written, and as its bearers spell what of it is Greek or Korean in Latin letters."""
    if text.isascii():
        return (text,)
    composed = unicodedata.normalize("NFC", text)
    found = (
        text,
        _GREEK.sub(partial(_greek, plain=False), composed),
        _GREEK.sub(partial(_greek, plain=True), composed),
        *(
            _HANGUL.sub(partial(_korean, family=family, doubled=doubled), composed)
            for family in (True, False)
            for doubled in (False, True)
        ),
    )
    return tuple(dict.fromkeys(found))


def _korean(word: re.Match[str], *, family: bool, doubled: bool) -> str:
    """Spell a word of Hangul: its first syllables as a family name where it is one, the rest as a given name.

    `doubled` as those do who write the vowel of Jun as in Joon.
    """
    run = word[0]
    first = next((run[:length] for length in (2, 1) if family and run[:length] in FAMILY_NAMES), "")
    rest = (_syllable(syllable, doubled=doubled) for syllable in run[len(first) :])
    return " ".join(filter(None, (FAMILY_NAMES.get(first, ""), *rest)))


def _syllable(syllable: str, *, doubled: bool) -> str:
    likeness = anyascii(syllable).lower()
    return _U.sub("oo", likeness) if doubled and _U.search(likeness) else GIVEN.get(syllable, likeness)


def is_unread(name: str) -> bool:
    """Say whether a name stands in letters whose Latin spelling nobody can tell from them.

    Hebrew and Arabic write few vowels, kanji are read in many ways, and the likeness of Indian and Thai letters leaves
    out vowels that are spoken: no spelling is found by them, and a library would have to guess as well.
    """
    return any(
        each.isalpha() and not each.isascii() and not unicodedata.name(each, "").startswith(_READ) for each in name
    )


def _greek(word: re.Match[str], *, plain: bool) -> str:
    """Spell a word of Greek as a passport does; `plain` as those do who write h, i and f for chi, ypsilon and phi."""
    letters = [unicodedata.normalize("NFD", letter) for letter in word[0].lower()]
    bare = [letter[0] if letter[0] != "ς" else "σ" for letter in letters]
    written: list[str] = []
    place = 0
    while place < len(bare):
        taken, latin = _greek_letters(letters, bare, place, plain=plain)
        written.append(latin)
        place += taken
    return "".join(written)


def _greek_letters(letters: list[str], bare: list[str], place: int, *, plain: bool) -> tuple[int, str]:
    """Return how many letters are read at a place, and as what."""
    letter, after = bare[place], "".join(bare[place + 1 : place + 2])
    # An accent on the first of two vowels, or a diaeresis on the second, parts them.
    parted = ACUTE in letters[place] or DIAERESIS in "".join(letters[place + 1 : place + 2])
    if after == "υ" and letter in _WITH_UPSILON and not parted:
        following = "".join(bare[place + 2 : place + 3])
        return 2, _WITH_UPSILON[letter] + ("f" if not following or following in _VOICELESS_NEXT else "v")
    if place == 0 and letter + after in _INITIAL and (plain or letter + after == "μπ"):
        return 2, _INITIAL[letter + after]
    if letter + after in _GREEK_PAIRS and not parted:
        return 2, _GREEK_PAIRS[letter + after]
    return 1, (_PLAIN.get(letter) if plain else None) or anyascii(letter)
