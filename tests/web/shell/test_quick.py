"""Dates and addresses in templates are written as Django writes them."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, engines
from django.template.backends.django import Template
from django.template.defaultfilters import date as written_by_django
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import template_localtime
from hypothesis import given
from hypothesis import strategies as st

from sereniv.clinic import web
from sereniv.clinic.web.templatetags import quick

TEMPLATES = Path(web.__file__).parent
USED = sorted({
    form
    for path in TEMPLATES.rglob("*.html")
    for form in re.findall(r"""\|date:["']([^"']+)["']""", path.read_text(encoding="utf-8"))
})  # fmt: skip
ZONES = st.sampled_from([None, UTC, timezone(timedelta(hours=-7)), timezone(timedelta(hours=5, minutes=30))])


@given(moment=st.datetimes(min_value=datetime(2, 1, 1), timezones=ZONES), form=st.sampled_from(USED))  # noqa: DTZ001
def test_a_moment_is_written_as_django_writes_it(moment: datetime, form: str) -> None:
    assert quick.date(moment, form) == written_by_django(moment, form)


@given(day=st.dates(), form=st.sampled_from(USED))
def test_a_day_is_written_as_django_writes_it(day: date, form: str) -> None:
    if re.search("[His]", form):
        with pytest.raises(TypeError):
            quick.date(day, form)
    else:
        assert quick.date(day, form) == written_by_django(day, form)


@pytest.mark.parametrize("value", [None, "", "yesterday", 7])
def test_what_is_no_day_is_written_as_django_writes_it(value: Any) -> None:
    assert quick.date(value, "j M Y") == written_by_django(value, "j M Y")


@pytest.mark.parametrize("form", [None, "DATE_FORMAT", "jS F", r"H\h", "N j"])
def test_a_format_that_only_django_knows(form: str | None) -> None:
    moment = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    assert quick.date(moment, form) == written_by_django(moment, form)


def test_templates_write_by_these() -> None:
    """A moment from elsewhere is written as the clinic's wall clock shows it, and every format in use is known here."""
    moment = datetime(2026, 3, 2, 23, 5, tzinfo=timezone(timedelta(hours=-7)))
    template = drawn('{{ at|date:"j M Y H:i" }}')
    assert template.template.nodelist[0].filter_expression.filters[0][0] is quick.date
    assert template.render({"at": moment}) == written_by_django(template_localtime(moment), "j M Y H:i")
    assert [form for form in USED if not quick._shape(form, True) and "\\" not in form] == []


def drawn(text: str) -> Template:
    found = engines["django"].from_string(text)
    assert isinstance(found, Template)
    return found


def test_an_address_is_djangos() -> None:
    who = uuid.uuid4()
    for _ in range(2):
        assert drawn("{% url 'person' who %}").render({"who": who}) == reverse("person", args=[who])
        assert drawn("{% url 'person' person_id=who %}").render({"who": who}) == reverse("person", args=[who])
        assert (
            drawn("{% url 'person' who as found %}<{{ found }}>").render({"who": who})
            == f"<{reverse('person', args=[who])}>"
        )
        assert drawn("{% url 'no_such_page' as found %}<{{ found }}>").render({}) == "<>"
        assert drawn("{% url 'ledger' %}").render({}) == reverse("ledger")
        with pytest.raises(NoReverseMatch):
            drawn("{% url 'no_such_page' %}").render({})


def test_an_address_is_escaped_as_what_is_around_it() -> None:
    node = drawn("{% url 'today_topic' topic %}").template.nodelist[0]
    assert isinstance(node, quick.Address)
    told = {"topic": "values-to-confirm"}
    assert node.render(Context(told)) == node.render(Context(told, autoescape=False)) == "/today/values-to-confirm/"
