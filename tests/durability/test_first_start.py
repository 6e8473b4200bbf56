"""A first start that is killed at any of its steps heals at the next one."""

import subprocess
import sys
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import PASSWORD, demo_id
from tests.durability.browser import Browser
from tests.durability.homes import Server
from tests.durability.inspection import verified
from tests.staged import ROOT, environment

pytestmark = pytest.mark.slow

CHAIR = f"/sessions/{demo_id('infusing-session')}/"
STAGES = ("create", "migrate", "stage", "commit", "found")
KILLED_AT = """
import os, signal, sys
from pathlib import Path
from sereniv.clinic import home
from sereniv.cli import first_start, serve
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
moment, place = sys.argv[1], Path(sys.argv[2])
if moment == "create":
    home.Ed25519PrivateKey.generate = die
opened = home.create_or_open(place, home.Kind.DEMO)
lock = opened.lock()
serve.configure(opened)
from django.db.migrations.executor import MigrationExecutor
from sereniv.clinic.demo import stage
from sereniv.clinic.workflows.shell import this_clinic as house
if moment == "migrate":
    MigrationExecutor.record_migration = lambda self, migration: die() if migration.app_label == "records" else None
elif moment == "stage":
    stage.Stage.candidate_before, stage.Stage.candidate = stage.Stage.candidate, (
        lambda self, who, now: die() if who.name == "candidate" else self.candidate_before(who, now))
elif moment == "commit":
    house.found = lambda now, before=house.found: die() if stage.Person.objects.exists() else before(now)
elif moment == "found":
    first_start.finish = die
serve.prepare(opened, lock)
"""


@pytest.mark.parametrize("moment", STAGES)
def test_an_interrupted_first_start_heals_at_the_next(moment: str, place: Path) -> None:
    home = place / "home"
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_AT, moment, str(home)], env=environment(), cwd=ROOT, check=False
    )
    assert killed.returncode == -9
    server = Server(home)
    browser = Browser(server.port())
    browser.sign_in("nurse", PASSWORD)
    assert browser.get(CHAIR)[0] == 200
    server.stop()
    report = verified(home)
    assert report.sound, report.faults
    assert report.heads_compared > 0
    assert not (home / "unfinished").exists()
