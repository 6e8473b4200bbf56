"""Charts into a home through the real workflows and acknowledges each entry once its commit returned.

python powercut_writer.py make HOME            makes a home with one infusion under way and nothing else
python powercut_writer.py chart HOME COUNT     charts into it
"""

from __future__ import annotations

import os
import sys
import uuid
from datetime import timedelta
from pathlib import Path

ACKNOWLEDGEMENTS = "acknowledged"
CHECKPOINT_EVERY = 40
PAGES_BEFORE_CHECKPOINT = 60


def make(folder: Path) -> None:
    """Make a home with one infusion under way: small, because thousands of its copies are written and read."""
    from sereniv.cli.serve import configure, migrate
    from sereniv.clinic import home as homes

    home = homes.create_or_open(folder, homes.Kind.DEMO)
    with home.lock():
        configure(home)
        from django.db import connection, transaction

        from sereniv.clinic import clock
        from sereniv.clinic.demo import people, staging
        from sereniv.clinic.demo.stage import Stage, add_staff

        migrate()
        clock.install(clock.InjectedClock(home))
        with transaction.atomic():
            add_staff()
            stage = Stage()
            staging.set_up(stage, clock.now() - staging.OPENED_BEFORE)
            stage.infusing(people.INFUSING, people.CHAIRS[0], clock.now())
        connection.close()


def chart(folder: Path, count: int) -> None:
    """Chart `count` entries, one act each: vitals, side effects and remarks, with a signed checkpoint now and then."""
    from sereniv.cli.serve import configure
    from sereniv.clinic import home as homes

    home = homes.open_home(folder)
    lock = home.lock()
    configure(home)
    from django.db import connection

    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.demo.people import demo_id
    from sereniv.clinic.records import over_streams
    from sereniv.clinic.records.checkpoints import write_checkpoint
    from sereniv.clinic.workflows.shell.acting import Act

    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA wal_autocheckpoint={PAGES_BEFORE_CHECKPOINT}")
    nurse = Staff.objects.get(username="nurse")
    session = demo_id("infusing-session")
    start = over_streams.last_moment()
    assert start is not None
    told = os.open(folder / ACKNOWLEDGEMENTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in range(1, count + 1):
        act = Act(by=nurse, now=start + timedelta(seconds=number), key=f"power-{number:05d}")
        _chart(session, number, act)
        os.write(told, f"{act.key}\n".encode())
        if number % CHECKPOINT_EVERY == 0:
            write_checkpoint(home, act.now)
    connection.close()
    lock.release()


def _chart(session: uuid.UUID, number: int, act: object) -> None:
    from sereniv.clinic.workflows.chair import charting
    from sereniv.clinic.workflows.shell.acting import Act
    from sereniv.therapy.session import events as ev

    assert isinstance(act, Act)
    if number % 3 == 0:
        charting.chart_vitals(session, {"systolic": str(110 + number % 30), "diastolic": "70", "spo2": "97"}, act)
    elif number % 3 == 1:
        charting.chart_observation(session, ev.Observation.NAUSEA, number % 4, f"round {number}", act)
    else:
        charting.chart_fact(session, ev.RemarkCharted(text=f"round {number}: " + "looked at the patient; " * 8), act)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", folder]:
            make(Path(folder))
        case ["chart", folder, count]:
            chart(Path(folder), int(count))
        case _:
            sys.exit(__doc__)
