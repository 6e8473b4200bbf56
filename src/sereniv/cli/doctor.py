"""`sereniv doctor` and `outside`: how a home stands, and who is told of it by the program itself."""

import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import click

from sereniv.cli.ledger import home_option, opened
from sereniv.clinic import home as homes
from sereniv.clinic.operating import plan as plans
from sereniv.clinic.operating import token

ACTS, UNREADABLE = 1, 2
ANSWERS_WITHIN_S = 20
SIGNS = {"ok": "ok  ", "look": "look", "act": "ACT "}

Lines = list[dict[str, str]]


@click.command()
@home_option
@click.option("--json", "as_json", is_flag=True, help="Print the lines as JSON, for a program that reads them.")
def doctor(folder: Path | None, as_json: bool) -> None:
    """Say how a home stands: each part ok, to look at, or to act on, with what to do.

    Of a home that is served the server itself is asked, which alone knows how its watch goes round. Of one that is not,
    its files are read and the network is asked for the time and the proxy's certificate. Nothing is changed.

    Ends with 0 when there is nothing to act on, 1 when there is, 2 when the home cannot be read.
    """
    try:
        home = opened(folder)
        lines = _of_the_served(home) if _is_held(home) else _of_the_stopped(home)
    except (homes.HomeError, click.ClickException) as error:
        click.echo(str(error), err=True)
        sys.exit(UNREADABLE)
    if as_json:
        click.echo(json.dumps(lines, indent=1))
    else:
        for line in lines:
            click.echo(f"{SIGNS[line['state']]} {line['topic']}: {line['words']}")
            if line["mend"]:
                click.echo(f"       {line['mend']}")
    sys.exit(ACTS if any(line["state"] == "act" for line in lines) else 0)


def _is_held(home: homes.Home) -> bool:
    """Say whether a process serves the home just now."""
    try:
        lock = home.lock()
    except homes.HomeError:
        return True
    lock.release()
    return False


def _of_the_served(home: homes.Home) -> Lines:
    """Ask the server, on this computer, with the home's token."""
    address = f"http://127.0.0.1:{home.server_port()}/health"
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token.of_home(home)}"})
    try:
        with urllib.request.urlopen(asked, timeout=ANSWERS_WITHIN_S) as answer:  # noqa: S310
            said: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        said = json.load(error)
    except (OSError, ValueError) as error:
        words = f"It holds the home and does not answer at {address} ({type(error).__name__})."
        mend = "Watch the patients by hand; see its log, then stop it and start it anew."
        return [{"topic": "server", "state": "act", "words": words, "mend": mend}]
    found: Lines = said["findings"]
    return found


def _of_the_stopped(home: homes.Home) -> Lines:
    from sereniv.cli.serve import configure
    from sereniv.cli.troubles import in_words

    if home.lacks_its_database():
        mend = "Restore it from the backup." if home.was_served() else "Start the server once: it makes it."
        raise homes.HomeError(f"{home.database_file} is missing or empty. {mend}")
    configure(home)
    from django.conf import settings

    from sereniv.clinic import clock
    from sereniv.clinic.operating.doctor import examine, places_of
    from sereniv.clinic.operating.findings import Moment
    from sereniv.clinic.operating.house import database_is_current
    from sereniv.clinic.operating.reached import Reached, reach
    from sereniv.clinic.workflows.shell import this_clinic

    with in_words(home):
        clock.install(clock.InjectedClock(home) if home.has_injected_clock else clock.RealClock())
        host = settings.PROXY_HOSTS[0] if settings.PROXY_HOSTS else ""
        # A demo asks nobody outside.
        reached = Reached() if home.has_injected_clock else reach(places_of(home, host), clock.real_now)
        is_live = database_is_current() and this_clinic.state() == "live"
        moment = Moment(home=home, real=clock.real_now(), here=clock.now(), is_live=is_live)
        found = examine(moment, reached)
    return [{"topic": each.topic, "state": str(each.state), "words": each.words, "mend": each.mend} for each in found]


@click.command()
@home_option
@click.option("--mail-server", metavar="HOST:PORT", help="The server that takes mail from this computer.")
@click.option("--mail-security", type=click.Choice(plans.SECURITY), help="How the way to it is encrypted; starttls.")
@click.option("--mail-from", "mail_sender", metavar="ADDRESS", help="Whom the mail is from.")
@click.option("--mail-user", metavar="NAME", help="Who signs in there; the password is asked for, and not shown.")
@click.option(
    "--alarms-to", multiple=True, metavar="ADDRESS", help="Who is told what to act on; give it again for more."
)
@click.option("--alarms-hook", metavar="URL", help="Where alarms are posted as JSON.")
@click.option(
    "--prompts-hook", metavar="URL", help="A pager of the clinic's own: prompts at the chairs are posted there."
)
@click.option("--heads-to", multiple=True, metavar="ADDRESS", help="Who keeps checkpoints, outside the building.")
@click.option("--heads-every", "heads_every_hours", type=int, metavar="HOURS", help="How often by mail; 24.")
@click.option("--heads-hook", metavar="URL", help="Where each checkpoint is posted as JSON.")
@click.option("--heads-folder", metavar="FOLDER", help="A folder on another computer that each checkpoint is added to.")
@click.option("--hook-token", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="A file with the secret that webhooks are shown.")  # fmt: skip
@click.option("--time-server", metavar="HOST:PORT", help='Asked by the doctor; "" asks nobody. pool.ntp.org:123.')
@click.option("--proxy", metavar="HOST:PORT", help="Where the certificate is looked at; 127.0.0.1:443.")
@click.option("--nobody", is_flag=True, help="Tell nobody any more; everything said before is forgotten.")
@click.option("--try", "tries", is_flag=True, help="Send a trial to everybody who is named for alarms.")
def outside(folder: Path | None, tries: bool, nobody: bool, hook_token: Path | None, **said: Any) -> None:
    """Say whom the served home tells by itself, and print what is said.

    Alarms say what is to be acted on: backups, disk, certificate, clock, ledger, checkpoints that did not leave. Each
    is told once when it begins and once when it is over. No alarm holds anything about a patient.

    Checkpoints are the signed heads of the ledger. A ledger that was rewritten or cut short is found by a head that
    somebody else kept: by mail once a day, by webhook or into a folder each quarter of an hour. What fails is tried
    again.

    A prompt at a chair on which nobody acts is told to those on duty by the ways that each has named on their own page;
    to a pager of the clinic's own it is posted as the chair and the word prompt, nothing about a patient.
    """
    home = opened(folder)
    try:
        plan = plans.Plan() if nobody else plans.plan_of(home)
        changes: dict[str, Any] = {name: None if value == () else value for name, value in said.items()}
        if changes["mail_user"]:
            changes["mail_password"] = click.prompt("Password of the mailbox", hide_input=True)
        if hook_token is not None:
            changes["hook_token"] = hook_token.read_text(encoding="utf-8").strip()
        if changes["heads_folder"]:
            changes["heads_folder"] = str(Path(changes["heads_folder"]).resolve())
        if nobody or any(value is not None for value in changes.values()):
            plan = plans.changed(plan, **changes)
            plans.keep_plan(home, plan)
    except (ValueError, homes.HomeError) as error:
        raise click.ClickException(str(error)) from error
    _print(plan)
    if tries:
        _try(plan)


def _print(plan: plans.Plan) -> None:
    from sereniv.clinic.operating.ways import folder_way, ways_of_alarms, ways_of_heads

    heads = [way.name for way in ways_of_heads(plan)] + ([folder_way(plan)] if plan.heads_folder else [])
    click.echo(f"Alarms: {'; '.join(way.name for way in ways_of_alarms(plan)) or 'nobody is told'}.")
    click.echo(f"Prompts at the chairs: {plan.prompts_hook or 'to staff alone, by the ways that each has named'}.")
    click.echo(f"Checkpoints: {'; '.join(heads) or 'none leaves by itself'}.")


def _try(plan: plans.Plan) -> None:
    from sereniv.clinic.clock import real_now
    from sereniv.clinic.operating.telling import trial
    from sereniv.clinic.operating.ways import NotDeliveredError, ways_of_alarms

    failed = False
    for way in ways_of_alarms(plan):
        try:
            way.send(trial("trial", real_now()))
            click.echo(f"Delivered by {way.name}.")
        except NotDeliveredError as error:
            failed = True
            click.echo(f"NOT delivered by {way.name}: {error}", err=True)
    if failed or not ways_of_alarms(plan):
        sys.exit(ACTS)
