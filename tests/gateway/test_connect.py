"""The page that says how to connect another record does: each of its blocks in turn, as somebody would follow it."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from sereniv.clinic.gateway.fhir.bulk import exports
from sereniv.clinic.gateway.smart import views
from sereniv.clinic.records import bulk_files
from sereniv.clinic.workflows.admin import apps
from sereniv.clinic.workflows.intake import intake
from sereniv.clinic.workflows.person import people
from tests.conftest import ActMaker, FixedClock
from tests.gateway.letting_in import public
from tests.gateway.through_django import no_wire
from tests.workflows.test_path import registration

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[2] / "docs" / "connect.md"


def at_once(order: exports.Order, app: str) -> None:
    """Write an export before it is answered for."""
    exports.make(order, exports.Export(app=app), lambda: None)


def test_every_block_runs_in_order(
    act: ActMaker, fixed_clock: FixedClock, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    views.TOKENS.begin_anew()
    no_wire(monkeypatch)
    monkeypatch.setattr(exports, "start", at_once)
    person = people.register(registration(), act("coordinator"))
    body = {"weight_kg": "71.4", "systolic": "171", "diastolic": "104"}
    intake.record_measurements(person.pk, body, act("nurse"))
    names: dict[str, Any] = {}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert len(blocks) == 5
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"{PAGE.name}, block {number}", "exec"), names)
        if number == 1:
            wanted = apps.Wanted(
                name="Hospital record", keys=public(names["key"]), scopes=("system/*.rs", "cds-hooks"),
                reason="The hospital's cardiologists read with us",
            )  # fmt: skip
            names["APP"] = apps.register(wanted, act("admin", second="director"))
    printed = capsys.readouterr().out
    assert "71.4 kg" in printed
    assert "1 Patient" in printed
    assert list((settings.HOME.folder / bulk_files.FOLDER).iterdir()) == []
    assert names["patient"]["id"] == str(person.pk)
    assert len(names["whole"]) > 2
    assert any("critical" in line or "warning" in line for line in printed.splitlines())


def test_what_it_says_is_not_there_is_not(act: ActMaker) -> None:
    for address in ("/fhir/Group/1/$export", "/fhir/auth/authorize"):
        assert Client().get(address).status_code == 401
    told = Client().get("/fhir/metadata").json()["rest"][0]
    codes = {each["code"] for row in told["resource"] for each in row["interaction"]}
    assert codes == {"read", "vread", "history-instance", "search-type", "create"}
