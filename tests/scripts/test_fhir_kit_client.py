"""npm's fhir-kit-client reads a served clinic over a real connection, the program in its own process."""

import json
import os
import re
import subprocess
import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests
from joserfc import jwt

from sereniv.clinic.demo.people import PASSWORD
from sereniv.exchange.fhir.names import TYPES
from tests.gateway.letting_in import JWT_BEARER, KEY, public
from tests.scripts.test_scripts import HERE, NODE
from tests.served import Served
from tests.staged import copied_home

HAS_CLIENT = (HERE / "node_modules" / "fhir-kit-client").is_dir()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        NODE is None or not HAS_CLIENT,
        reason="FHIR CLIENT NOT RUN: `npm ci --ignore-scripts` in tests/scripts gets it, `apt install nodejs npm` Node",
    ),
]
FIELD = re.compile(r'name="(csrfmiddlewaretoken|key|seen)"[^>]*value="([^"]*)"')


def test_it_reads_pages_versions_and_refusals(tmp_path: Path) -> None:
    served = Served(copied_home(tmp_path / "home"))
    try:
        ran = subprocess.run(
            [str(NODE), "read_fhir.js"], cwd=HERE, capture_output=True, text=True, check=False,
            env={**os.environ, "ADDRESS": served.address, "TOKEN": token(served.address)},
        )  # fmt: skip
    finally:
        served.stop()
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    assert (found["version"], found["types"]) == ("4.0.1", len(TYPES))
    assert found["people"] == found["different"] > 10
    assert found["values"] == found["total"] > 40
    assert found["read"]
    assert found["versions"] >= 1
    assert found["everybody"] == [400, "OperationOutcome"]
    assert found["sent"] == ["latex", "latex", True]
    assert found["updated"] == [405, "OperationOutcome"]
    assert found["written"] == [403, "OperationOutcome"]


def token(address: str) -> str:
    """Let an app in on the pages, by two, and ask for its token."""
    session = requests.Session()
    sent(session, f"{address}/sign-in/", {"login": "admin", "password": PASSWORD})
    page = session.get(f"{address}/set-up/apps/new/").text
    second = re.findall(r'<option value="(\d+)">', page)[0]
    typed = {
        "name": "A record of others", "keys": public(KEY), "second_person": second,
        "scopes": ["system/*.rs", "system/AllergyIntolerance.c"], "second_secret": PASSWORD,
        "reason": "It reads for a trial of both records",
    }  # fmt: skip
    app = re.findall(r"a-record-of-others-[0-9a-f]{8}", sent(session, f"{address}/set-up/apps/new/", typed))[0]
    endpoint = requests.get(f"{address}/fhir/.well-known/smart-configuration", timeout=30).json()["token_endpoint"]
    ends = int(time.time()) + 200
    claims = {"iss": app, "sub": app, "aud": endpoint, "exp": ends, "jti": uuid.uuid4().hex}
    signed = jwt.encode({"alg": "ES384", "typ": "JWT", "kid": KEY.kid}, claims, KEY, algorithms=["ES384"])
    form = {
        "grant_type": "client_credentials", "client_assertion_type": JWT_BEARER, "client_assertion": signed,
        "scope": "system/*.rs system/AllergyIntolerance.c",
    }  # fmt: skip
    answer = requests.post(endpoint, data=form, timeout=30)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["access_token"])


def sent(session: requests.Session, address: str, typed: dict[str, Any]) -> str:
    """Send a form of a page, with what the page put into it."""
    fields = dict(FIELD.findall(session.get(address).text))
    answer = session.post(address, {**fields, **typed})
    assert answer.status_code == 200, answer.text[:500]
    return answer.text
