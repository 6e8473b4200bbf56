"""Setting a clinic's own home up from the command line: staff and chairs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from sereniv.clinic import home as homes
from sereniv.clinic.accounts.permissions import Role

Command = Callable[..., None]


def on_home(command: Command) -> Command:
    """Run a command as the one writer of a clinic's home: the server must be stopped."""

    @click.option(
        "--home", "folder", type=click.Path(path_type=Path), help="The clinic's home; default the platform's."
    )
    @wraps(command)
    def guarded(folder: Path | None, **options: Any) -> None:
        from sereniv.cli.serve import prepare

        place = (folder or homes.default_folder(homes.Kind.CLINIC)).resolve()
        try:
            home = homes.open_home(place)
            lock = home.lock()
        except homes.HomeError as error:
            raise click.ClickException(str(error)) from error
        prepare(home, lock)
        command(**options)

    return guarded


@click.command("add-staff")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Full name, as printed on notes.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([str(role) for role in Role]),
    help="What they are; give it again for a second role.",
)
@click.option("--password", prompt=True, hide_input=True, confirmation_prompt=True, help="At least 15 characters.")
@click.option("--pin", default="", help="Four to eight digits for quick switching; may be left out.")
@on_home
def add_staff(username: str, full_name: str, roles: tuple[str, ...], password: str, pin: str) -> None:
    """Add somebody who works here, before the server runs.

    At the first sign-in they set up a second factor. Example:
    sereniv add-staff ada --name "Ada Nightfall, RN" --role nurse
    """
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError, transaction

    from sereniv.clinic import clock
    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.records.house_events import TableChanged
    from sereniv.clinic.workflows.house import record_house_event

    if pin and not (pin.isdigit() and 4 <= len(pin) <= 8):
        raise click.ClickException("A PIN is four to eight digits.")
    try:
        validate_password(password, Staff(username=username, full_name=full_name))
        with transaction.atomic():
            person = Staff.objects.create_user(username, password, full_name=full_name, roles=list(roles))
            if pin:
                person.set_pin(pin)
                person.save()
            change = TableChanged(table="staff", row=username, change="added", fields=("roles", "password", "pin"))
            record_house_event("audit", change, clock.now())
    except ValidationError as error:
        raise click.ClickException(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise click.ClickException(f"There is already somebody called {username}.") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{full_name} can sign in as {username}.")


@click.command("add-chair")
@click.argument("name")
@on_home
def add_chair(name: str) -> None:
    """Add a chair where infusions are given, such as "Chair 1"."""
    from django.db import IntegrityError, transaction

    from sereniv.clinic import clock
    from sereniv.clinic.records.house_events import TableChanged
    from sereniv.clinic.records.models import Chair
    from sereniv.clinic.workflows.house import record_house_event

    try:
        with transaction.atomic():
            Chair.objects.create(name=name)
            change = TableChanged(table="chair", row=name, change="added", fields=("name",))
            record_house_event("audit", change, clock.now())
    except IntegrityError as error:
        raise click.ClickException(f"There is already a chair called {name}.") from error
    click.echo(f"{name} is there.")
