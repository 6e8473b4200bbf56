"""Every kind of event reads back as it was written, today's and those of any day before."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sereniv.clinic.records import codec
from sereniv.clinic.records.codec import Event, decode, encode, kinds
from sereniv.therapy.person import events as pe
from sereniv.therapy.session import events as ev
from tests.records.instances import INSTANCES

st.register_type_strategy(Decimal, st.decimals(allow_nan=False))

FROZEN = Path(__file__).parent / "payloads"
BY_KIND = {type(event).__name__: event for event in INSTANCES}


def test_no_kind_is_missing_here() -> None:
    assert set(BY_KIND) == set(kinds())
    assert len(INSTANCES) == len(BY_KIND)


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_an_event_reads_back_as_it_was_written(kind: str) -> None:
    written_kind, version, payload = encode(BY_KIND[kind])
    assert (written_kind, version) == (kind, codec.VERSIONS.get(kind, 1))
    assert decode(kind, version, payload) == BY_KIND[kind]
    assert encode(decode(kind, version, payload))[2] == payload


@pytest.mark.parametrize("kind", sorted(kinds()))
@settings(max_examples=10)
@given(data=st.data())
def test_any_event_of_a_kind_reads_back(kind: str, data: st.DataObject) -> None:
    event: Event = data.draw(st.builds(kinds()[kind]))
    _, version, payload = encode(event)
    assert decode(kind, version, payload) == event


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_a_frozen_payload_of_every_version_still_reads(kind: str) -> None:
    """A new kind needs a fixture, and a new version a further one: write it once, never change it."""
    for version in range(1, codec.VERSIONS.get(kind, 1) + 1):
        payload = (FROZEN / f"v{version}" / f"{kind}.json").read_text(encoding="utf-8").rstrip("\n")
        assert decode(kind, version, payload) == BY_KIND[kind]
    assert payload == encode(BY_KIND[kind])[2]


def test_nothing_is_frozen_that_nobody_can_read() -> None:
    assert {file.stem for file in FROZEN.rglob("*.json")} <= set(kinds())


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_the_text_is_canonical(kind: str) -> None:
    payload = encode(BY_KIND[kind])[2]
    assert payload == json.dumps(json.loads(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@pytest.mark.parametrize("text", ["53.6", "53.60", "0.50", "1E+2", "40", "0.00", "1234567890.123456789012345678901"])
def test_a_decimal_is_kept_as_written(text: str) -> None:
    payload = encode(ev.InfusionStarted(rate_ml_per_h=Decimal(text)))[2]
    assert payload == f'{{"rate_ml_per_h":"{text}"}}'
    assert str(decode("InfusionStarted", 1, payload)) == str(ev.InfusionStarted(rate_ml_per_h=Decimal(text)))


def test_a_total_written_as_a_whole_number_reads_as_one_that_may_be_a_mean() -> None:
    before = '{"answered_by":"patient","answers":[7],"scale":"mood","total":7}'
    event = decode("ScaleAnswered", 1, before)
    assert event == pe.ScaleAnswered(scale="mood", answers=(7,), total=Decimal(7), answered_by="patient")
    assert encode(event)[1:] == (2, before.replace(":7}", ':"7"}'))


def test_letters_are_stored_as_they_are() -> None:
    assert encode(ev.RemarkCharted(text="Zoë – 好"))[2] == '{"text":"Zoë – 好"}'


@pytest.mark.parametrize(
    ("kind", "version", "payload", "words"),
    [
        ("Teleported", 1, "{}", "Teleported"),
        ("Recorded", 1, "{}", "Recorded"),
        ("RemarkCharted", 2, '{"text":"a"}', "newer Sereniv"),
        ("RemarkCharted", 1, '{"text":"a","mood":"b"}', "mood"),
        ("RemarkCharted", 1, "{}", "text"),
        ("InfusionStarted", 1, '{"rate_ml_per_h":"fast"}', "InfusionStarted"),
        ("ObservationCharted", 1, '{"grade":1,"observation":"levitation","remark":""}', "ObservationCharted"),
        ("RemarkCharted", 1, '{"text":', "Expecting value"),
    ],
)
def test_what_does_not_fit_is_named(kind: str, version: int, payload: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        decode(kind, version, payload)
