"""Reads a rendered page as a browser would: its links, its forms with their fields, what it complains of."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "textarea", "search", "tel", "email", "url", "number", "date", "time", "datetime-local", "month"}
MULTIPLE = {"checkbox", "radio"}
COMPLAINS = {"mistake", "notice-warn", "notice-bad", "errorlist"}
BLOCKS = {"div", "p", "ul"}


@dataclass(slots=True)
class Field:
    """One control of a form: what it is, what it holds, and what it offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)
    numeric: bool = False

    @property
    def typed(self) -> bool:
        """Say whether somebody types into it, so that a refusal must give it back."""
        return self.kind in TYPED


@dataclass(slots=True)
class FormFound:
    """One form of a page."""

    method: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)

    def add(self, found: Field) -> Field:
        """Keep a control; boxes and buttons of one name are one field with options."""
        return self.fields.setdefault(found.name, found)


class Rendered(HTMLParser):
    """A parsed page."""

    def __init__(self, content: str) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[FormFound] = []
        self.links: set[str] = set()
        self.complaints: list[str] = []
        self.inline: list[str] = []
        self._form: FormFound | None = None
        self._textarea: Field | None = None
        self._select: Field | None = None
        self._complaint = 0
        self.feed(content)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element up."""
        said = {name: value or "" for name, value in attrs}
        self.inline += [f"<{tag} {name}>" for name in said if name.startswith("on") or name == "style"]
        if tag == "script" and "src" not in said and said.get("type") != "application/json":
            self.inline.append("<script>")
        self._complaint_begins(tag, said)
        match tag:
            case "a":
                self.links.add(said.get("href", ""))
            case "form":
                self._form = FormFound(said.get("method", "get").lower(), said.get("action", ""))
                self.forms.append(self._form)
                if "hx-post" in said:
                    # The same fields, sent elsewhere while they are filled in.
                    self.forms.append(FormFound("post", said["hx-post"], self._form.fields))
            case "input" | "button":
                self._control(tag, said)
            case "textarea":
                self._textarea = self._kept(Field(said.get("name", ""), "textarea"))
            case "select":
                self._select = self._kept(Field(said.get("name", ""), "select"))
            case "option" if self._select is not None:
                self._option(said)
        if "hx-get" in said:
            self.links.add(said["hx-get"])

    def handle_endtag(self, tag: str) -> None:
        """Close an element."""
        match tag:
            case "form":
                self._form = None
            case "textarea":
                if self._textarea is not None:
                    # The parser of a browser drops one newline after the opening tag.
                    self._textarea.value = self._textarea.value.removeprefix("\r\n").removeprefix("\n")
                self._textarea = None
            case "select":
                self._select = None
        if self._complaint and tag in BLOCKS:
            self._complaint -= 1

    def handle_data(self, data: str) -> None:
        """Keep words: of a text box, or of a complaint."""
        if self._textarea is not None:
            self._textarea.value += data
        if self._complaint and data.strip():
            self.complaints.append(data.strip())

    def _complaint_begins(self, tag: str, said: dict[str, str]) -> None:
        if tag not in BLOCKS:
            return
        if self._complaint or ("hidden" not in said and COMPLAINS & set(said.get("class", "").split())):
            self._complaint += 1

    def _kept(self, found: Field) -> Field | None:
        return self._form.add(found) if self._form is not None and found.name else None

    def _control(self, tag: str, said: dict[str, str]) -> None:
        kind = "button" if tag == "button" else said.get("type", "text").lower()
        numeric = said.get("inputmode") in {"decimal", "numeric"} or kind in {"number", "date", "time"}
        kept = self._kept(Field(said.get("name", ""), kind, numeric=numeric))
        if kept is None:
            return
        if kind in MULTIPLE | {"button", "submit"}:
            kept.options.append(said.get("value", "on"))
            if "checked" in said:
                kept.chosen.append(said.get("value", "on"))
        else:
            kept.value = said.get("value", "")

    def _option(self, said: dict[str, str]) -> None:
        if self._select is None:
            return
        self._select.options.append(said.get("value", ""))
        if "selected" in said:
            self._select.chosen.append(said.get("value", ""))
