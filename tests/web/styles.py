"""Which styles a page may use: the classes of its templates held against the selectors of each sheet."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import sereniv.clinic.web

PAGES = Path(sereniv.clinic.web.__file__).parent
EVERY_PAGE = ("sereniv.css", "session.css", "lock.css")
"""What the base page links: the look of everything, and the chair, whose calls and prompts may stand on any page."""

TEMPLATES = {path.as_posix().split("/templates/", 1)[1]: path.read_text("utf-8") for path in PAGES.rglob("*.html")}
SHEETS = {path.name: path.read_text("utf-8") for path in PAGES.rglob("static/sereniv/*.css")}
TEMPLATE_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.S)
TAG = re.compile(r"<([a-z][\w-]*)((?:\{%.*?%\}|\{\{.*?\}\}|\"[^\"]*\"|'[^']*'|[^>\"'])*)>", re.S)


class Element(NamedTuple):
    """What a selector may ask of an element; a class that ends in * is made of what a page knows."""

    tag: str
    marks: frozenset[str]


@cache
def parts_of(template: str) -> frozenset[str]:
    """Return a template with everything that it extends and includes."""
    found, left = set(), [template]
    while left:
        name = left.pop()
        if name in TEMPLATES and name not in found:
            found.add(name)
            left += re.findall(r'\{% (?:include|extends) "([^"]+)"', TEMPLATES[name])
    return frozenset(found)


@cache
def elements_of(template: str) -> frozenset[Element]:
    """Return the elements that stand in one template."""
    found = set()
    for tag, attributes in TAG.findall(TEMPLATES[template]):
        plain = re.sub(r"([\w-]+-)\{\{.*?\}\}", r"\1*", attributes)
        marks = {f"#{each}" for each in re.findall(r'\bid="([\w-]+)"', plain)}
        for value in re.findall(r'\bclass="((?:\{%.*?%\}|\{\{.*?\}\}|[^"])*)"', plain, re.S):
            marks |= {f".{each}" for each in re.findall(r"[a-zA-Z][\w-]*\*?", TEMPLATE_CODE.sub(" ", value))}
        found.add(Element(tag, frozenset(marks)))
    return frozenset(found)


@cache
def page_classes(template: str) -> frozenset[str]:
    """Return the classes that a page gives to its main part, or has from what it extends."""
    said = re.search(r"\{% block page_class %\}(.*?)\{% endblock", TEMPLATES[template], re.S)
    above = re.search(r'\{% extends "([^"]+)"', TEMPLATES[template])
    if not said or not said[1]:
        return page_classes(above[1]) if above else frozenset({".page"})
    return frozenset({".page", *(f".{word}" for word in TEMPLATE_CODE.sub(" ", said[1]).split())})


@cache
def elements_on(template: str) -> frozenset[Element]:
    """Return every element that may stand on a page."""
    own = frozenset().union(*(elements_of(part) for part in parts_of(template)))
    return own | {Element("main", frozenset({"#main", *page_classes(template)}))}


def selectors(sheet: str) -> Iterator[str]:
    """Yield each selector of a sheet that asks for a class or an id."""
    plain = re.sub(r"@(?:media|page)[^{]*\{", "", re.sub(r"/\*.*?\*/", "", sheet, flags=re.S))
    for block in re.findall(r"([^{}]+)\{[^{}]*\}", plain):
        asked = (each.strip() for each in re.split(r",(?![^(]*\))", block))
        yield from (each for each in asked if any(step.marks for step in asks_of(each)))


def asks_of(selector: str) -> list[Element]:
    """Return what each step of a selector asks of an element, and of what it holds; what is not to be is left out."""
    held = re.sub(r":has\(([^()]*)\)", r" \1 ", re.sub(r":not\((?:[^()]|\([^()]*\))*\)", "", selector))
    plain = re.sub(r"::?[\w-]+(?:\([^()]*\))?|\[[^\]]*\]", "", held)
    steps = [step for step in re.split(r"[\s>+~]+", plain) if step and step != "*"]
    return [
        Element("".join(re.findall(r"^[a-z][\w-]*", step)), frozenset(re.findall(r"[.#][a-zA-Z][\w-]*", step)))
        for step in steps
    ]


def may_be(element: Element, asked: Element) -> bool:
    """Say whether an element may be what a step of a selector asks for."""
    made = [mark[:-1] for mark in element.marks if mark.endswith("*")]
    return asked.tag in {"", element.tag} and all(
        mark in element.marks or any(mark.startswith(start) for start in made) for mark in asked.marks
    )


def may_match(selector: str, elements: frozenset[Element]) -> bool:
    """Say whether a selector may find something on a page: each of its marked steps stands there."""
    asked = [each for each in asks_of(selector) if each.marks]
    return bool(asked) and all(any(may_be(element, each) for element in elements) for each in asked)


def linked(template: str) -> set[str]:
    """Return the sheets that a page links beside those of every page."""
    return {
        sheet for part in parts_of(template) for sheet in re.findall(r"'sereniv/([\w-]+\.css)'", TEMPLATES[part])
    } - {*EVERY_PAGE}
