"""`sereniv change-key`: another key in the place of one of the home's own."""

import click

from sereniv.cli.setup import on_home
from sereniv.clinic.home import HomeError

KEYS = ("checkpoint", "backup", "secret", "gateway", "health")


@click.command("change-key")
@click.argument("which", type=click.Choice(KEYS))
@click.option("--because", "reason", required=True, help="Why, as it stands in the ledger: the stick was lost.")
@on_home
def change_key(which: str, reason: str) -> None:
    """Put another key in the place of one of the home's own, while the server is stopped; an entry says so.

    checkpoint signs the ledger's heads: what the old one signed goes on fitting, and it signs nothing later. backup
    seals backups: the old key stays below the new one, for what is sealed to it. secret seals second factors, which
    are sealed anew, and signs sessions, PINs and calendar links, which end. gateway and health are shown at the door
    by feeds and monitoring. Killed in between, the next start goes on with the old or the new key.

    Keys of devices, apps and another house's sign-in are changed on their pages.
    """
    from sereniv.clinic import clock
    from sereniv.clinic.operating import changing_keys
    from sereniv.clinic.workflows.shell.acting import act_of_the_home
    from sereniv.clinic.workflows.shell.this_clinic import served_home
    from sereniv.therapy.recording.refusal import Malformed, Refused

    try:
        said = changing_keys.change(served_home(), which, reason, act_of_the_home(clock.now()))
    except (Malformed, Refused, HomeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(said)
