"""What was sent is taken apart by its own signs: whatever it holds, nothing but id and meta is another."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sereniv.exchange.fhir.outcome import Failed
from sereniv.exchange.received.text import elements, headed, members, read_object

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('abc"\\{}[],:', max_size=4), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from(["id", "meta", "code", "note", "x{", '"', "é"]), VALUES)


@given(OBJECTS, st.sampled_from([None, 1, 3]), st.booleans())
def test_the_rest_stands_as_it_was_written(rest: dict[str, Any], indent: int | None, ascii_alone: bool) -> None:
    sent = {"resourceType": "Condition", **rest}
    text = f"  {json.dumps(sent, indent=indent, ensure_ascii=ascii_alone)}\n"
    made = headed(text, "7-received", '{"versionId":"1"}')
    assert json.loads(made) == {**sent, "id": "7-received", "meta": {"versionId": "1"}}
    for each in members(text):
        assert json.loads(text[each.value : each.ends]) == sent[each.name]
        if each.name not in {"resourceType", "id", "meta"}:
            assert text[each.begins : each.ends] in made


@given(st.lists(VALUES, max_size=5), st.sampled_from([None, 2]))
def test_each_element_of_a_list_is_found_where_it_stands(values: list[Any], indent: int | None) -> None:
    text = json.dumps(values, indent=indent)
    assert [json.loads(text[begins:ends]) for begins, ends in elements(text, 0)] == values


@pytest.mark.parametrize("text", ['{"a": "]]]][[[[{{{{"}', '{"a": "\\\\"}', '{"a": "\\"[[["}', "{}", '{"a": 1.5}'])
def test_brackets_within_a_text_are_no_depth(text: str) -> None:
    assert read_object(text) == json.loads(text)


@pytest.mark.parametrize("text", ['{"a":' * 40 + "1" + "}" * 40, '{"a": 1e31}', '{"a": -1e-31}', '{"a": 0x1}', "1", ""])
def test_what_nobody_writes_is_refused(text: str) -> None:
    with pytest.raises(Failed):
        read_object(text)
