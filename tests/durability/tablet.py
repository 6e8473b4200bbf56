"""A clinic's tablet as its server meets it behind the proxy: one browser on which several people sign in."""

from __future__ import annotations

import http.client
import re
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin

from allauth.mfa.totp.internal import auth

from tests.durability.guide import HOST
from tests.web.rendered import FormFound, Rendered

FIRST_CODE = re.compile(r"with the code ([a-z0-9-]{23}) as the password")
SECRET = re.compile(r"\b[A-Z2-7]{32}\b")
REDIRECTS = {301, 302, 303}
TRIES = 3


def code_now(secret: str) -> str:
    """Return what an authenticator app shows now."""
    counter = int(time.time()) // auth.app_settings.TOTP_PERIOD
    return str(auth.format_hotp_value(auth.hotp_value(secret, counter)))


class Tablet:
    """One browser; `page` is what it shows, `path` where it is."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies = SimpleCookie()
        self.path = "/"
        self.page = ""

    def open(self, path: str) -> str:
        """Open a page of the clinic and follow where it leads."""
        return self._ask("GET", path)

    def follow(self, words: str) -> str:
        """Follow the link of the page that begins with these words."""
        links = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>(.*?)</a>', self.page, re.DOTALL)
        found = [href for href, inner in links if re.sub(r"<[^>]+>", "", inner).strip().startswith(words)]
        assert found, f"No link {words!r} on {self.path}."
        return self.open(urljoin(self.path, found[0].replace("&amp;", "&")))

    def press(self, button: str, **typed: str | list[str]) -> str:
        """Fill the form that this button sends, and send it; what is not typed stays as the page has it."""
        form = self._form(button)
        sent: list[tuple[str, str]] = []
        for name, field in form.fields.items():
            kept = field.chosen if field.kind in {"radio", "checkbox", "select"} else [field.value]
            value = typed.get(name, [] if field.kind == "button" else kept)
            sent += [(name, each) for each in ([value] if isinstance(value, str) else value)]
        unknown = set(typed) - set(form.fields)
        assert not unknown, f"{self.path} does not ask for {unknown}."
        return self._ask("POST", urljoin(self.path, form.action or self.path), urlencode(sent))

    def _form(self, button: str) -> FormFound:
        for part in re.findall(r"<form.*?</form>", self.page, re.DOTALL):
            buttons = re.findall(r"<button.*?</button>", part, re.DOTALL)
            if button in [re.sub(r"<[^>]+>", "", each).strip() for each in buttons]:
                return Rendered(part).forms[0]
        raise AssertionError(f"No button {button!r} on {self.path}.")

    def _ask(self, method: str, path: str, body: str = "") -> str:
        headers = {
            "Host": HOST,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "192.0.2.7",
            "Referer": f"https://{HOST}{self.path}",
            "Cookie": "; ".join(f"{name}={each.value}" for name, each in self._cookies.items()),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body or None, headers)
        answer = connection.getresponse()
        for each in answer.headers.get_all("Set-Cookie") or []:
            self._cookies.load(each)
        words = answer.read().decode()
        connection.close()
        if answer.status in REDIRECTS:
            return self._ask("GET", urljoin(path, answer.headers["Location"]))
        assert answer.status in {200, 422}, f"{method} {path}: {answer.status}"
        self.path, self.page = path, words
        return words

    def first_code(self) -> str:
        """Return the code that the page shows for somebody who was just added."""
        found = FIRST_CODE.search(self.page)
        assert found, f"No code on {self.path}."
        return found[1]

    def comes_in(self, username: str, code: str, own: str) -> str:
        """Come in with a first code, set a password and an authenticator up; return what it makes codes of."""
        self._cookies.pop("__Host-session", None)
        self.open("/today/")
        self.press("Sign in", login=username, password=code)
        self.press("Set password", password=own, again=own)
        return self._sets_an_authenticator_up(own)

    def _sets_an_authenticator_up(self, password: str) -> str:
        self.open("/today/")
        assert "This clinic asks everybody for one" in self.page
        self.follow("Activate an app")
        if "Confirm it is you" in self.page:
            self.press("Confirm", password=password)
        found = SECRET.search(self.page)
        assert found, self.path
        for _ in range(TRIES):
            # A code may be over by the time it arrives: then the next one is entered, as anybody would.
            if "Recovery codes" in self.press("Activate", code=code_now(found[0])):
                return found[0]
        raise AssertionError(f"No code was taken: {Rendered(self.page).complaints}")

    def chooses_a_pin(self, password: str, pin: str) -> None:
        """Choose a PIN under one's own name."""
        self.open("/me/pin/")
        assert "Your PIN is set" in self.press("Save", current=password, pin=pin, again=pin)

    def switch_to(self, person: str, pin: str) -> None:
        """Take the tablet over with a PIN."""
        self.open("/today/")
        self.follow("Switch user")
        self.press("Switch", second_person=self.choice(person), second_secret=pin)
        assert person in self.page

    def choice(self, person: str) -> str:
        """Return the value that stands for somebody in a list of people on the page."""
        found = re.search(rf'<option value="(\d+)"[^>]*>{re.escape(person)}', self.page)
        assert found, f"{person} cannot be chosen on {self.path}."
        return found[1]
