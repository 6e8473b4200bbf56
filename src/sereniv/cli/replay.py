"""`sereniv replay`: plays a recorded monitor into a session of a demo or test home."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sereniv.clinic import home as homes

if TYPE_CHECKING:
    from sereniv.clinic.gateway.replay import Feed


@click.command()
@click.argument("recording", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--to", "session", default="replay", show_default=True, help="Session id, or `replay` for the demo's own."
)
@click.option(
    "--speed", default=60.0, show_default=True, type=click.FloatRange(min=0), help="Times real time; 0: at once."
)
@click.option("--home", "folder", type=click.Path(path_type=Path), help="The home to play into; default the demo.")
def replay(recording: Path | None, session: str, speed: float, folder: Path | None) -> None:
    """Play RECORDING (CSV, one row a minute) through the device feed; the home's clock follows it.

    Columns are minute, HR, PULSE, RESP, SpO2, NBPSys, NBPDias, NBPMean, as in PhysioNet's numerics
    records: 0 is no reading, a blank was not measured. Without RECORDING the synthetic twin shipped
    with Sereniv plays. With the server running, watch the chair it plays into.
    """
    place = (folder or homes.default_folder(homes.Kind.DEMO)).resolve()
    try:
        home = homes.open_home(place)
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    if not home.has_injected_clock:
        raise click.ClickException("Recordings play only into demo and test homes: a clinic's home runs on real time.")
    _play(recording, session, speed, home)


def _play(file: Path | None, session: str, speed: float, home: homes.Home) -> None:
    from sereniv.cli.serve import configure

    configure(home)
    from sereniv.clinic.demo import people as cast_list
    from sereniv.clinic.gateway import replay as replaying
    from sereniv.clinic.gateway.recording import read_recording
    from sereniv.therapy.recording.refusal import Malformed, Refused

    session_id = str(cast_list.demo_id("replayed-session")) if session == "replay" else session
    played: list[int] = []
    twin = Path(cast_list.__file__).parent / "recordings" / "synthetic-twin.csv"
    try:
        recorded = read_recording(file or twin)
        feed = _feed(home, session_id)
        steps = len(recorded.steps)
        with click.progressbar(
            length=steps, label=f"{(file or twin).name} -> {session_id[:8]}", file=sys.stderr
        ) as bar:

            def pace(number: int) -> None:
                bar.update(1)
                played.append(number)
                if speed and number < steps:
                    time.sleep(recorded.interval_s / speed)

            replaying.replay(recorded, feed, pace)
    except (Malformed, Refused, homes.HomeError) as no:
        raise click.ClickException(f"{no}{_left(played)}") from no
    except KeyboardInterrupt as stopped:
        raise click.ClickException(f"Stopped.{_left(played)}") from stopped
    click.echo(f"{steps} rows played.{_left(played)}")


def _left(played: Sequence[int]) -> str:
    """Say what a replay leaves behind, however it ended: nothing where no row was played."""
    if not played:
        return ""
    at = f"row {played[-1]}"
    return f" The home's clock is frozen at {at}; the page's ×1 lets it run again."


def _feed(home: homes.Home, session_id: str) -> "Feed":
    from sereniv.cli.serve import prepare
    from sereniv.clinic import clock
    from sereniv.clinic.gateway import replay as replaying

    try:
        lock = home.lock()
    except homes.HomeError:
        # Another process serves this home: speak to it.
        return replaying.ServerFeed(session_id, home)
    prepare(home, lock)
    ticking = clock.clock()
    if not isinstance(ticking, clock.InjectedClock):
        raise homes.HomeError("This home has no injected clock.")
    return replaying.LocalFeed(session_id, ticking)
