"""People of the register found by index and text in the database: who is looked for, and who may be the same person."""

from django.db.models import Q, QuerySet

from sereniv.clinic.records.models import Person
from sereniv.therapy.person.names import Identity, Wanted, Word, telling, wanted
from sereniv.therapy.person.sounding import sounds_sought


def found(text: str) -> QuerySet[Person]:
    """Return everybody whom a typed text finds, as `names.is_found` says, by any record that is read with theirs.

    A record joined into another one stands for that one: somebody known under two names is found by either.
    """
    asked = _of_whom(wanted(text))
    by_another = Person.objects.filter(asked).exclude(joined_into=None).values("joined_into")
    return Person.objects.filter(asked | Q(pk__in=by_another), joined_into=None).select_related("joined_into")


def found_in_any(text: str) -> QuerySet[Person]:
    """Return every record that a typed text finds, those joined into another too."""
    return Person.objects.filter(_of_whom(wanted(text))).select_related("joined_into")


def sounding_like(name: str) -> QuerySet[Person]:
    """Return every record whose name has every word of this one as it sounds, those joined into another too."""
    some = Q(pk__in=())
    for words in sounds_sought(name):
        parts = Q()
        for each in words:
            parts &= Q(sought_name__contains=each)
        some |= parts
    return Person.objects.filter(some).select_related("joined_into")


def perhaps_alike(who: Identity) -> QuerySet[Person]:
    """Return every record that is to be held against somebody: all that may be alike, and few others.

    Those joined into another one are among them: somebody known under two names is met by either.
    """
    tells = telling(who)
    some = Q(born__in=tells.born)
    for line in tells.name_lines:
        some |= Q(sought_name__contains=line)
    if tells.digits:
        some |= Q(sought_phone__contains=tells.digits)
    return Person.objects.filter(some).select_related("joined_into")


def _of_whom(asked: Wanted) -> Q:
    if asked.digits:
        some = Q(born__in=asked.born)
        for each in asked.digits:
            some |= Q(sought_phone__contains=each)
        return some
    if asked.born or not asked.words:
        return Q(born__in=asked.born)
    all_words = Q()
    for word in asked.words:
        all_words &= _of_word(word)
    return all_words


def _of_word(word: Word) -> Q:
    some = Q(born__in=word.born)
    for spelling in word.spellings:
        parts = Q()
        for part in spelling:
            parts &= Q(sought_name__contains=part)
        some |= parts
    return some
