"""Words that stand where a reason is asked for and tell nobody why: they point elsewhere, or fill the field.

The lists are ours (default). A text is hollow only where each of its words is of one language's list: *as discussed*
is, *as discussed with her sister, who drives* is not.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sereniv.therapy.recording import phrases


def words_in(text: str) -> tuple[str, ...]:
    """Return the words and numbers of `text` in small letters, without accents and signs."""
    return tuple(word for word in phrases.words_in(text) if word not in phrases.MARKS)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words_in(words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hollow:
    """The hollow words of one language: a text is held against one language at a time, for *will* is a wish in German.

    `needless` are no reasons, and yet answers: *none needed* to what was done, *not needed* to why an order is
    withdrawn, *per protocol* to why a rate changes. `phrases` are hollow as a whole alone.
    """

    pointing: frozenset[str]
    filling: frozenset[str]
    needless: frozenset[str]
    phrases: frozenset[tuple[str, ...]] = frozenset()


ENGLISH = Hollow(
    pointing=_listed("""
        see above below before previous previously earlier same ditto idem as is it its was the this that these
        discussed agreed mentioned stated said noted described written explained known per usual always
        note notes chart file record records entry text
    """),
    filling=_listed("""
        so n a na tba tbc tbd reason reasons why because just abc xyz lorem ipsum ok okay okey fine good
        all i we me by with can say my comment comments to be follow follows later will add fill in do doing
    """),
    needless=_listed("none no nil not nothing needed need necessary required applicable any test testing protocol"),
)
GERMAN = Hollow(
    pointing=_listed("""
        siehe oben unten so vorher vorhin wie immer gehabt besprochen abgesprochen vereinbart gesagt erwähnt notiz akte
        dito das ist es laut gemäß nach
    """),
    filling=_listed("grund begründung weil schon alles gut entfällt ok"),
    needless=_listed("nicht nichts kein keine keiner ohne nötig notwendig erforderlich zutreffend protokoll"),
    phrases=frozenset({("passt", "schon"), ("passt", "so"), ("passt",)}),
)
SPANISH = Hollow(
    pointing=_listed("""
        ver véase arriba abajo antes como siempre hablado acordado comentado igual que lo se comentó habló acordó según
        nota notas
    """),
    filling=_listed("motivo razón porque todo bien comentario comentarios ok"),
    needless=_listed("no sin es ninguno ninguna nada necesario necesaria necesita aplica procede protocolo"),
)
FRENCH = Hollow(
    pointing=_listed("voir dessus dessous ci comme toujours convenu discuté vu avant idem selon dossier note"),
    filling=_listed("raison parce motif tout bien ok"),
    needless=_listed("pas aucun aucune nécessaire rien objet sans non protocole"),
)
RUSSIAN = Hollow(
    pointing=_listed("""
        см смотри смотрите выше ниже как раньше всегда обсуждали обсуждалось договорились то же самое так
    """),
    filling=_listed("причина потому все всё хорошо нормально ок"),
    needless=_listed("не нет нужно требуется надо без причины"),
)
LANGUAGES = (ENGLISH, GERMAN, SPANISH, FRENCH, RUSSIAN)
KEYS_IN_A_ROW = words_in("asdf qwer yxcv zxcv hjkl jkl фыва йцук ячсм")
"""What a hand types that rests on the keyboard; no word of the languages above begins with these."""


def is_no_reason(text: str) -> bool:
    """Say whether `text` is made of hollow words alone; an empty one is."""
    return _hollow(text, lambda each: each.pointing | each.filling | each.needless)


def is_no_answer(text: str) -> bool:
    """Say whether `text` only points elsewhere or fills the field; *none needed* is an answer."""
    return _hollow(text, lambda each: each.pointing | each.filling)


def copies(text: str, asked: str) -> bool:
    """Say whether `text` is what the page asks (`asked`), or part of it, and no more: three words or all of them."""
    typed, question = words_in(text), words_in(asked)
    parted = any(question[start : start + len(typed)] == typed for start in range(len(question)))
    return bool(typed) and parted and (len(typed) >= WORDS_OF_A_COPY or typed == question)


WORDS_OF_A_COPY = 3


def _hollow(text: str, words_of: Callable[[Hollow], frozenset[str]]) -> bool:
    words = words_in(text)
    return any(
        words in each.phrases or all(word in words_of(each) or word.startswith(KEYS_IN_A_ROW) for word in words)
        for each in LANGUAGES
    )
