"""After the erasure of a person nothing in the database's files says who it was: no table, no index, no freed page."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.staged import ROOT, copied_home, environment

IDENTIFYING = (
    "Amsel", "Quillfeather", "1979-05-14", "14 May 1979", "555-0101", "555-0199", "Wormwood Lane", "Ottilie Kranz",
    "Rosa Amsel", "rosa.amsel", "Pimpernell", "Foxglove",
)  # fmt: skip
"""Names before and after a correction, birth date, telephones, address, who takes her home, who sent her, her words."""

SHE_LEAVES_TRACES = """
import json, sys
from datetime import timedelta
from pathlib import Path
from sereniv.clinic import home
from sereniv.cli.serve import prepare
place = home.create_or_open(Path(sys.argv[1]), home.Kind.DEMO)
lock = place.lock(); prepare(place, lock)
from dataclasses import replace
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from sereniv.clinic import clock
from sereniv.clinic.accounts.models import Staff
from sereniv.clinic.demo.people import demo_id
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.checkpoints import fold_log_in
from sereniv.clinic.records.models import Enquiry, Invitation, Person, SessionRow
from sereniv.clinic.workflows.chair import charting
from sereniv.clinic.workflows.person import identity, joining, people, referring
from sereniv.clinic.workflows.phone import invitations
from tests.workflows import erasing
from sereniv.clinic.workflows.shell.acting import Act, new_key
from sereniv.therapy.person.events import ReferrerRecorded
from sereniv.therapy.session.events import RemarkCharted
staff = {each.username: each for each in Staff.objects.all()}
now = clock.now()
def act(who, second=""):
    return Act(by=staff[who], now=now, key=new_key(), co_signer=staff[second] if second else None)
she = Person.objects.get(pk=demo_id("finished"))
given = {str(row.pk): chart_store.session_chart_of(row.pk).reconciled.event.given_mg for row in she.sessions.all()}
who = identity.Corrected(family_name="Quillfeather", given_names="Rosa", born=she.born, sex_at_birth=she.sex_at_birth,
    phone="555-0199", address="Wormwood Lane 7")
identity.correct(she.pk, who, "Passport seen.", act("nurse"))
identity.correct(she.pk, replace(who, family_name="Amsel"), "Married name was not taken.", act("nurse"))
twice = people.register(people.Registration(family_name="Amsel", given_names="Rosa Ottilie", born=she.born,
    sex_at_birth="female", phone="555-0101"), act("nurse"), told_apart=[str(she.pk)])
joining.join(she.pk, twice.pk, "Same passport and address.", act("nurse", "nurse2"))
Enquiry.objects.create(name="Rosa Amsel", reach="rosa.amsel@example.org", message="I am Rosa Amsel", received_at=now)
Enquiry.objects.create(name="R.", reach="555-0199", message="Ring me", received_at=now)
Enquiry.objects.create(name="Rosa Amsel", reach="-", referred_by="Dr Pimpernell", received_at=now)
sent = ReferrerRecorded(name="Dr Pimpernell", place="Foxglove Practice", phone="555-0188", address="Foxglove Row 2")
referring.record_referrer(she.pk, sent, act("coordinator"))
link = invitations.invite(she.pk, ("gad7",), now + timedelta(days=2), act("nurse"))
session = she.sessions.order_by("opened_at").last()
charting.chart_fact(session.pk, RemarkCharted(text="Mrs Amsel was fetched by Ottilie Kranz."), act("nurse"))
store = SessionStore(); store["kept"] = [{"path": f"/people/{she.pk}/x/", "fields": [["remark", "Ottilie Kranz rang"]]},
    {"path": "/people/other/", "fields": [["remark", "stays"]]}]
store.save()
import sereniv.clinic.web.today.lines
from sereniv.clinic.workflows.shell import lists
for name in lists.names():
    lists.brought_up(name, now)
from sereniv.clinic.records.models import ListedRow
assert ListedRow.objects.filter(person=she).exists()
"""

ERASED = (
    SHE_LEAVES_TRACES
    + """
number = erasing.erase_person(she, "GDPR Article 17, request of 2 March", act("director", "admin"))
assert fold_log_in()
gone = Person.everybody.get(pk=she.pk)
kept = SessionStore(store.session_key).load()["kept"]
after = {pk: chart_store.session_chart_of(pk).reconciled.event.given_mg for pk in given}
print(json.dumps({"number": number, "name": str(gone), "kept": len(kept), "same": after == given,
    "listed": Person.objects.filter(pk__in=[she.pk, twice.pk]).count(),
    "phases": sorted(set(SessionRow.objects.filter(person_id=she.pk).values_list("phase", flat=True)))}))
connections.close_all(); lock.release()
"""
)


def run(script: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", script, str(home)],
        capture_output=True,
        text=True,
        env=environment(),
        cwd=ROOT,
        check=False,
    )


def found_in(home: Path) -> set[str]:
    """Return which identifying texts lie in any file of the home, freed pages and logs with it."""
    content = b"".join(file.read_bytes() for file in sorted(home.rglob("*")) if file.is_file()).lower()
    return {text for text in IDENTIFYING if text.lower().encode() in content}


@pytest.mark.slow
def test_nothing_in_the_files_says_who_it_was_and_the_drug_is_still_accounted_for(tmp_path: Path) -> None:
    before = copied_home(tmp_path / "before")
    traced = run(SHE_LEAVES_TRACES + "\nfold_log_in(); connections.close_all(); lock.release()", before)
    assert traced.returncode == 0, traced.stderr[-3000:]
    assert found_in(before) >= {"Amsel", "Quillfeather", "1979-05-14", "555-0199", "Wormwood Lane", "Ottilie Kranz"}
    home = copied_home(tmp_path / "home")
    done = run(ERASED, home)
    assert done.returncode == 0, done.stderr[-3000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said == {"number": 1, "name": "Erased person 1", "kept": 1, "same": True, "listed": 0, "phases": ["signed"]}
    assert found_in(home) == set()
