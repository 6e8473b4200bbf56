"""Words that stand where a reason is asked for and tell nobody why: they point elsewhere, or fill the field.

The lists are ours (default). A text is hollow only where each of its words is of them: *as discussed* is, *as discussed
with her sister, who drives* is not.
"""

from sereniv.therapy.recording import phrases


def words_in(text: str) -> tuple[str, ...]:
    """Return the words and numbers of `text` in small letters, without accents and signs."""
    return tuple(word for word in phrases.words_in(text) if word not in phrases.MARKS)


def _listed(words: str) -> frozenset[str]:
    return frozenset(words_in(words))


POINTING = _listed("""
    see above below before previous previously earlier same ditto idem as is it its was the this that these
    discussed agreed mentioned stated said noted described written explained known per usual always
    note notes chart file record records entry text protocol
    siehe oben unten so vorher vorhin wie immer gehabt besprochen vereinbart gesagt erwähnt notiz akte dito das ist es
    ver véase arriba abajo antes como siempre hablado acordado comentado igual que lo se comentó habló acordó
    voir dessus dessous ci comme toujours convenu discuté vu avant idem
    см смотри смотрите выше ниже как раньше всегда обсуждали обсуждалось договорились то же самое так
""")
FILLING = _listed("""
    n a na nn tba tbc tbd reason reasons why because just abc xyz lorem ipsum ok okay okey fine good
    all i we me by with can say my comment comments to be follow follows later will add fill in do doing
    grund begründung weil passt schon alles gut entfällt
    motivo razón porque todo bien raison parce motif tout bien причина потому все всё хорошо нормально ок
""")
NEEDLESS = _listed("""
    none no nil not nothing needed need necessary required applicable any again test testing
    nicht nichts kein keine keiner nötig notwendig erforderlich zutreffend
    no ninguno ninguna nada necesario necesaria necesita aplica procede
    pas aucun aucune nécessaire rien objet sans non
    не нет нужно требуется надо без причины
""")
"""No reasons, and yet answers: *none needed* to what was done, *not needed* to why an order is withdrawn."""
KEYS_IN_A_ROW = words_in("asdf qwer yxcv zxcv hjkl jkl фыва йцук ячсм")
"""What a hand types that rests on the keyboard; no word of the languages above begins with these."""


def is_no_reason(text: str) -> bool:
    """Say whether `text` is made of hollow words alone; an empty one is."""
    return _only(text, POINTING | FILLING | NEEDLESS)


def is_no_answer(text: str) -> bool:
    """Say whether `text` only points elsewhere or fills the field; *none needed* is an answer."""
    return _only(text, POINTING | FILLING)


def copies(text: str, asked: str) -> bool:
    """Say whether `text` is what the page asks (`asked`), or part of it, and no more: three words or all of them."""
    typed, question = words_in(text), words_in(asked)
    parted = any(question[start : start + len(typed)] == typed for start in range(len(question)))
    return bool(typed) and parted and (len(typed) >= WORDS_OF_A_COPY or typed == question)


WORDS_OF_A_COPY = 3


def _only(text: str, hollow: frozenset[str]) -> bool:
    return all(word in hollow or word.startswith(KEYS_IN_A_ROW) for word in words_in(text))
