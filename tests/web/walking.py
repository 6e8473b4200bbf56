"""Walks the staged clinic as each of its people, page by page and link by link, and brings every form home."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from sereniv.clinic.records.models import Chair, Device, DeviceMessage, Person, Room, SessionRow
from sereniv.clinic.urls import ROUTES
from sereniv.knowledge import knowledge
from tests.web.rendered import Field, FormFound, Rendered

WALKERS = ("director", "nurse", "coordinator", "admin", "")
"""Who walks: between them they may do everything; the last has not signed in."""

STARTS = ("/today/", "/", "/set-up/", "/guide/", "/sign-in/", "/sign-out/", "/second-factor/", "/confirm-password/")
PAGES_A_VIEW = 8
TRIES_A_STRAY = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A form, where it was seen, by whom, and which view it asks."""

    walker: str
    page: str
    asks: str
    view: str
    form: FormFound

    def __str__(self) -> str:
        """Name it as a failure should."""
        return f"{self.view} (form on {self.page}, {self.walker or 'nobody'})"


def client_of(walker: str) -> Client:
    """Return a browser in which `walker` is signed in."""
    client = Client()
    if walker:
        person = Staff.objects.get(username=walker)
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def view_of(path: str) -> str | None:
    """Return the name of the view at an address of ours, None where there is none."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def forms_of_the_clinic(given: Sequence[str] = ()) -> list[Found]:
    """Return every different form that anybody meets: different in where it goes or in what it asks.

    `given` are addresses to come by in any case.
    """
    different: dict[tuple[str, tuple[str, ...]], Found] = {}
    visits = Counter[str]()
    for walker in WALKERS:
        for found in Walk(walker, given, visits).forms():
            names = tuple(sorted(set(found.form.fields) - {"csrfmiddlewaretoken"}))
            different.setdefault((found.view, names), found)
    return list(different.values())


class Walk:
    """Follows every link from the first pages on, a few pages a view; then tries what nothing led to.

    `visits` counts the pages of each view that were shown to anybody: whoever walks later opens what others could not.
    """

    def __init__(self, walker: str, given: Sequence[str], visits: Counter[str]) -> None:
        self._walker = walker
        self._client = client_of(walker)
        self._queue = [*STARTS, *given]
        self._seen = set(self._queue)
        self._visits = visits

    def forms(self) -> Iterator[Found]:
        """Give the forms of every page, as they are met."""
        while self._queue:
            path = self._queue.pop(0)
            view = view_of(path)
            if view is not None and (path in STARTS or self._visits[view] < PAGES_A_VIEW):
                yield from self._forms_of(path)
        if self._walker:
            for view in sorted(set(ROUTES) - set(self._visits)):
                yield from self._stray(view)

    def _stray(self, view: str) -> Iterator[Found]:
        """Try addresses of a view that nothing leads to in this state of the clinic, until one shows its form."""
        for path in islice(addresses_of(view), TRIES_A_STRAY):
            if self._client.get(path).status_code in {403, 405}:
                return
            found = [each for each in self._forms_of(path) if each.view == view]
            yield from found
            if found:
                return

    def _forms_of(self, path: str) -> Iterator[Found]:
        answer = self._client.get(path, follow=True)
        if answer.status_code == 200:
            self._visits[view_of(path) or ""] += 1
        if "text/html" not in answer.get("Content-Type", ""):
            return
        at = answer.redirect_chain[-1][0] if answer.redirect_chain else path
        page = Rendered(answer.content.decode())
        for form in page.forms:
            asks = urljoin(at, form.action or at)
            asked = view_of(asks)
            assert asked is not None, f"A form on {at} asks {asks}, which is no address."
            yield Found(walker=self._walker, page=at, asks=asks, view=asked, form=form)
        for link in sorted(page.links):
            further = urljoin(at, link).partition("#")[0]
            if further.startswith("/") and not further.startswith("//") and further not in self._seen:
                self._seen.add(further)
                self._queue.append(further)


def addresses_of(view: str) -> Iterator[str]:
    """Give addresses of a view with whatever the staged clinic has for its parameters."""
    known: dict[str, list[object]] = {
        "room_id": list(Room.objects.order_by("-pk").values_list("pk", flat=True)),
        "person_id": list(Person.objects.values_list("pk", flat=True)),
        "session_id": list(SessionRow.objects.values_list("pk", flat=True)),
        "staff_id": list(Staff.objects.order_by("is_active", "pk").values_list("pk", flat=True)),
        "device_id": list(Device.objects.values_list("pk", flat=True)),
        "upto": list(DeviceMessage.objects.order_by("-pk").values_list("pk", flat=True)),
        "chair_id": list(Chair.objects.order_by("-pk").values_list("pk", flat=True)),
        "line": [row.id for row in knowledge().gate],
        "criterion": list(knowledge().criteria),
        "entry": list(range(2, 20)),
        "scale_id": list(knowledge().scales),
    }
    wanted = list(patterns_by_name()[view].pattern.converters)
    if not view.startswith("mfa_") and set(wanted) <= set(known):
        for values in product(*(known[name] for name in wanted)):
            yield reverse(view, kwargs=dict(zip(wanted, values, strict=True)))


def patterns_by_name() -> dict[str, URLPattern]:
    """Return every address of ours by the name of its view."""

    def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
        for each in resolver.url_patterns:
            yield from patterns(each) if isinstance(each, URLResolver) else [each]

    return {pattern.name or "?": pattern for pattern in patterns(get_resolver())}


def sensible(found: Field) -> list[str]:
    """Return what a person might have put there, so that one bad field stands alone."""
    match found.kind:
        case "hidden":
            return [found.value]
        case "button" | "submit":
            return []
        case "checkbox":
            return found.chosen or found.options[:1]
        case "radio" | "select":
            offered = found.chosen or [option for option in found.options if option]
            return offered[:1]
        case "password":
            return [PASSWORD]
        case _:
            return [found.value or _words_for(found)]


def _words_for(found: Field) -> str:
    if found.kind == "date":
        return "2026-03-01"
    if found.kind == "time":
        return ""
    return "72" if found.numeric else "Some words"
