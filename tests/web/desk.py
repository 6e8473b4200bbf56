"""Somebody at a desk: opens a page, reads it, types into its form and presses its button, as the screen says.

What a form holds when it is opened is sent as a browser sends it; what is typed takes its place.
"""

import re
import uuid
from dataclasses import dataclass
from html import unescape

from django.test import Client
from django.urls import reverse

from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import PASSWORD
from tests.web.rendered import FormFound, Rendered


def own_part(content: str) -> str:
    """Return what a page is about, without what stands on every page."""
    found = re.findall(r"<main\b.*</main>", content, flags=re.DOTALL)
    return found[0] if found else content


def words_of(content: str) -> str:
    """Return the words of a page's own part as somebody reads them, without markup, each run of blanks one."""
    without = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", own_part(content), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without)).split())


def held_by(form: FormFound) -> dict[str, str]:
    """Return what a form holds when it is opened: what a browser would send of it."""
    found = {}
    for name, field in form.fields.items():
        if field.kind in {"radio", "checkbox", "select"}:
            found |= {name: field.chosen[-1]} if field.chosen else {}
        elif field.kind not in {"button", "submit"}:
            found[name] = field.value
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back of a form: taken, or the words of the page that asks again."""

    taken: bool
    words: str
    place: str = ""
    content: str = ""


class Desk:
    """One of the staff, signed in."""

    def __init__(self, staff: dict[str, Staff], who: str) -> None:
        self.staff, self.client = staff, Client()
        self.client.force_login(staff[who], backend="django.contrib.auth.backends.ModelBackend")

    def reads(self, name: str, *args: object, **query: str) -> str:
        """Open a page and read it, whatever it answers."""
        return words_of(self.client.get(reverse(name, args=args), query).content.decode())

    def sends(self, name: str, *args: object, second: str = "", press: str = "", **typed: object) -> Answer:
        """Open a page, type into its form and press; `second` signs too, `press` names another button than the main."""
        address = reverse(name, args=args)
        return self.sends_to(address, self.client.get(address).content.decode(), second=second, press=press, **typed)

    def sends_to(self, address: str, content: str, *, second: str = "", press: str = "", **typed: object) -> Answer:
        """Type into the form of a page that is open already, and press."""
        posted = [each for each in Rendered(own_part(content)).forms if each.method == "post"]
        forms = [each for each in posted if each.action in {"", address} and set(typed) <= set(each.fields)]
        assert forms, f"{address} shows no form with {sorted(typed)}: {words_of(content)[:600]}"
        form = forms[0]
        data = held_by(form) | {key: str(value) for key, value in typed.items()}
        if second:
            data |= {"second_person": str(self.staff[second].pk), "second_secret": PASSWORD}
        if press:
            data[press] = "1"
        answered = self.client.post(form.action or address, data)
        if answered.status_code == 302:
            return Answer(taken=True, words="", place=answered.headers["Location"])
        content = answered.content.decode()
        return Answer(taken=False, words=words_of(content), content=content)


def session_at(place: str) -> uuid.UUID:
    """Return the session that an address leads to."""
    return uuid.UUID(re.findall(r"/sessions/([0-9a-f-]{36})/", place)[0])
