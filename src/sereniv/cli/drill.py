"""`sereniv drill`: plays a scripted crisis in a demo or test home, and prints the debrief."""

import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sereniv.clinic import home as homes

if TYPE_CHECKING:
    from filelock import BaseFileLock


@click.command()
@click.argument("name", required=False)
@click.option("--home", "folder", type=click.Path(path_type=Path), help="The home to play in; default the demo.")
def drill(name: str | None, folder: Path | None) -> None:
    """Play the crisis NAME to its end, acted on in time as its rows ask, and print the debrief.

    Without NAME it lists what there is. People are drilled at the screens: serve the home, open Drills and
    begin one there. A clinic's own home plays none.
    """
    from sereniv.clinic.demo.drills.scripts import NOT_HERE, drills

    if name is None:
        for each in drills().values():
            click.echo(f"{each.name:<20} {each.story}")
        return
    place = (folder or homes.default_folder(homes.Kind.DEMO)).resolve()
    try:
        home = homes.open_home(place)
        if not home.has_injected_clock:
            raise click.ClickException(NOT_HERE)
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(f"{error} While it is served, begin the drill on its page Drills.") from error
    _play(name, home, lock)


def _play(name: str, home: homes.Home, lock: "BaseFileLock") -> None:
    from sereniv.cli.serve import prepare

    prepare(home, lock)
    from sereniv.clinic import clock
    from sereniv.clinic.demo.drills import playing, scripted
    from sereniv.therapy.recording.refusal import Malformed, Refused

    ticking = clock.clock()
    try:
        session_id = playing.begin(name, clock.now().replace(microsecond=0))
        found = playing.played(session_id)
        length_s = found.drill.length_s if found else 0
        with click.progressbar(length=length_s, label=f"Drill {name}", file=sys.stderr) as bar:
            end = scripted.play(session_id, lambda _: bar.update(1))
        playing.end(session_id, end)
    except (Malformed, Refused) as no:
        raise click.ClickException(str(no)) from no
    if isinstance(ticking, clock.InjectedClock):
        ticking.not_before(end)
    click.echo(_debrief(session_id))
    lock.release()


def _debrief(session_id: uuid.UUID) -> str:
    """Return the debrief as plain text."""
    from sereniv.clinic import clock
    from sereniv.clinic.demo.drills import playing
    from sereniv.clinic.demo.drills.debrief import debrief, document
    from sereniv.clinic.workflows.documents.documents import setting_at
    from sereniv.therapy.documents.model import words

    found = playing.played(session_id)
    if found is None:
        return ""
    setting = setting_at(clock.now(), found.row.label)
    return "\n".join(words(document(debrief(found, clock.now(), setting.knowledge), setting)))
