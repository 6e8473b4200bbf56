"""Setting a clinic's own home up from the command line: staff and chairs."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sereniv.clinic import home as homes
from sereniv.clinic.accounts.permissions import Role

if TYPE_CHECKING:
    from sereniv.clinic.workflows.shell.acting import Act

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
        if not homes.is_made(place):
            raise click.ClickException(
                f"There is no home in {place}. Make the clinic's first, and stop it with Ctrl+C once it says that it "
                f"listens: sereniv serve --clinic --home {place} --timezone America/Denver"
            )
        try:
            home = homes.open_home(place)
            lock = home.lock()
        except homes.HomeError as error:
            raise click.ClickException(str(error)) from error
        prepare(home, lock)
        try:
            command(**options)
        finally:
            _close(home)

    return guarded


def _close(home: homes.Home) -> None:
    from sereniv.clinic import clock
    from sereniv.clinic.records.checkpoints import close_books

    close_books(home, clock.now())


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
@click.option("--co-signs", is_flag=True, help="A nurse who is trained to co-sign orders.")
@on_home
def add_staff(username: str, full_name: str, roles: tuple[str, ...], co_signs: bool) -> None:
    """Add somebody who works here, before the server runs, and print a first code for them.

    The code lets them in once, within three days: then they set their own password, a second factor and a PIN under
    their name. No password is typed here, where others read it. Example:
    sereniv add-staff ada --name "Ada Nightfall, RN" --role nurse --co-signs
    """
    from sereniv.clinic.workflows.admin import new_accounts, setting_up

    code = new_accounts.new_code()
    newcomer = setting_up.Newcomer(
        full_name=full_name, username=username, roles=roles, password=code, co_signs_orders=co_signs
    )
    _from_here(lambda act: click.echo(new_accounts.handed_over(setting_up.add_staff(newcomer, act), code)))


@click.command("first-code")
@click.argument("username")
@on_home
def first_code(username: str) -> None:
    """Print a new first code for somebody who lost their password, or whose code has run out.

    For when nobody is left who may give one on the page Set-up. They are signed out everywhere, and come in once with
    the code; their second factor stays.
    """
    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.workflows.admin import credentials, new_accounts

    person = Staff.objects.filter(username=username).first()
    if person is None or not person.is_active:
        raise click.ClickException(f"Nobody works here as {username}. Add them: sereniv add-staff --help")
    code = new_accounts.new_code()
    _from_here(lambda act: credentials.give_new_password(person.pk, code, act))
    click.echo(new_accounts.handed_over(Staff.objects.get(pk=person.pk), code))


@click.command("add-chair")
@click.argument("name")
@on_home
def add_chair(name: str) -> None:
    """Add a chair where infusions are given, such as "Chair 1"."""
    from sereniv.clinic.workflows.admin import chairs

    _from_here(lambda act: chairs.add_chair(name, act))
    click.echo(f"{name} is there.")


def _from_here(work: "Callable[[Act], object]") -> None:
    """Perform an act as whoever holds the home's folder; the ledger keeps it as the program's own."""
    from sereniv.clinic import clock
    from sereniv.clinic.workflows.shell.acting import act_of_the_home
    from sereniv.therapy.recording.refusal import Malformed, Refused

    try:
        work(act_of_the_home(clock.now()))
    except (Malformed, Refused) as no:
        raise click.ClickException(str(no)) from no
