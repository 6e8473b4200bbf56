"""The home of a demo: staged when new, set aside whole when its sessions have gone stale."""

import sys

import click

from sereniv.cli import first_start
from sereniv.clinic import home as homes


def stage(home: homes.Home) -> None:
    """Fill a demo's home with its people, up to the middle of a working morning."""
    from django.db import transaction

    from sereniv.clinic import clock
    from sereniv.clinic.demo.staging import OPENED_BEFORE, opening_moment, stage_demo
    from sereniv.clinic.workflows.shell import this_clinic

    now = opening_moment(clock.real_now(), this_clinic.home_zone())
    clock.install(clock.InjectedClock(home, start=now))
    with click.progressbar(length=100, label="Staging the demo clinic", file=sys.stderr) as bar, transaction.atomic():
        this_clinic.found(now - OPENED_BEFORE)
        stage_demo(now, lambda share: bar.update(round(share * 100) - bar.pos))


def archive(home: homes.Home) -> None:
    """Set a demo whose sessions have gone stale aside, whole, and begin a fresh one."""
    from django.db import connection

    from sereniv.clinic import clock

    real = clock.real_now()
    if home.database_url:
        # The files beside it alone would leave the old people in the database, stale at every start.
        schema = f"stale_{real:%Y%m%d_%H%M%S}"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER SCHEMA public RENAME TO {schema}")
            cursor.execute("CREATE SCHEMA public")
    connection.close()
    aside = first_start.set_aside(home, real)
    first_start.begin(home, real)
    kept = f"schema {schema} and {aside}" if home.database_url else str(aside)
    click.echo(f"The demo had gone stale; it is kept in {kept} and staged anew.", err=True)
