"""A template's line breaks are its author's: a page is sent without them, and what people typed keeps its own."""

from pathlib import Path

import pytest
from django.forms import CharField, Form, Textarea
from django.template import engines


def test_a_broken_line_is_sent_as_one_space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "<p\n  class='hint'>A sentence of\n    two lines {{ word }},\n  and three</p>\n"
    (tmp_path / "broken.html").write_text(source)
    monkeypatch.setattr(engines["django"].engine, "dirs", [tmp_path])
    page = engines["django"].get_template("broken.html").render({"word": "which\n  may be typed"})
    assert page == "<p class='hint'>A sentence of two lines which\n  may be typed, and three</p> "


def test_what_was_typed_over_several_lines_comes_back_so() -> None:
    class Told(Form):
        words = CharField(widget=Textarea)

    typed = "first\n  second\n\nthird"
    assert f">\n{typed}</textarea>" in str(Told({"words": typed})["words"].as_field_group())
