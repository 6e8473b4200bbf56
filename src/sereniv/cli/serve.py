"""`sereniv serve`: opens a home, prepares it, and serves it until told to stop."""

import errno
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from filelock import BaseFileLock

from sereniv import __version__
from sereniv.cli import demo_home, first_start
from sereniv.cli.device_door import door_of
from sereniv.cli.loading import load_for_good, nothing_collected
from sereniv.cli.new_database import try_database
from sereniv.clinic import home as homes
from sereniv.clinic import outer_names

if TYPE_CHECKING:
    import uvicorn

    from sereniv.clinic.clock import Clock
    from sereniv.clinic.gateway.mllp.listening import Listening

LOOPBACK = "127.0.0.1"
GRACE_S = 3


@click.command()
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port on this machine.")
@click.option(
    "--home", "folder", type=click.Path(path_type=Path), help="Folder that holds everything this clinic owns."
)
@click.option("--clinic", is_flag=True, help="Serve a clinic's own home (begins in commissioning) instead of the demo.")
@click.option(
    "--timezone",
    help="Time zone of a home made now, such as America/Denver; asked for a clinic's own, UTC for the demo.",
)
@click.option(
    "--database-url", default="", help="PostgreSQL for a home made now: postgresql://user:password@host/name."
)
def serve(port: int, folder: Path | None, clinic: bool, timezone: str | None, database_url: str) -> None:
    """Serve a home on this machine; without options, the demo clinic.

    The demo is made-up people on a clock you can freeze and hurry. A clinic's own home begins in
    commissioning: staff set up, no infusion can start until medical director and administrator sign.
    """
    if wrong := outer_names.wrong_in(os.environ):
        raise click.ClickException(wrong)
    kind = homes.Kind.CLINIC if clinic else homes.Kind.DEMO
    place = (folder or homes.default_folder(kind)).resolve()
    try:
        zone = _zone_for(place, kind, timezone)
        try_database(place, database_url)
        home = homes.create_or_open(place, kind, zone, database_url)
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    listening = _listen(port)
    prepare(home, lock)
    devices = door_of(home)
    # From the announcement on, whoever connects is heard as soon as the server runs, not turned away.
    listening.listen()
    _announce(home, listening, devices)
    _run(home, listening, devices)


def _zone_for(place: Path, kind: homes.Kind, timezone: str | None) -> str:
    """Return the time zone of a home made now: every day, time and booking of a clinic is written in it.

    Raises
    ------
    click.ClickException
        When a clinic's zone is not given where nobody can be asked, or a home that stands has another one.
    """
    if homes.is_made(place):
        kept = homes.open_home(place).timezone
        if timezone not in {None, kept}:
            raise click.ClickException(
                f"This home's time zone is {kept}; --timezone is for a home made now. If {kept} is wrong, stop the "
                f"server and write the right one in {place / 'home.toml'}: the ledger keeps UTC, nothing in it moves."
            )
        return kept
    if timezone is None and kind is homes.Kind.CLINIC:
        if not sys.stdin.isatty():
            raise click.ClickException("Say the clinic's time zone, such as --timezone America/Denver.")
        timezone = str(click.prompt("Time zone of the clinic, such as America/Denver"))
    timezone = "UTC" if timezone is None else timezone
    homes.check_zone(timezone)
    return timezone


def prepare(home: homes.Home, lock: BaseFileLock) -> None:
    """Bring a locked home's database up to date, install its clock, and stage a demo that is empty or stale.

    Raises
    ------
    click.ClickException
        When database or disk do not take part; the message says how to mend it.
    """
    from sereniv.cli.troubles import in_words

    configure(home)
    with in_words(home):
        try:
            _prepare(home, lock)
        except homes.HomeError as error:
            raise click.ClickException(str(error)) from error


def _prepare(home: homes.Home, lock: BaseFileLock) -> None:
    from sereniv.clinic import clock
    from sereniv.clinic.accounts import factors
    from sereniv.clinic.demo import stage
    from sereniv.clinic.operating import changing_keys
    from sereniv.clinic.records import belonging, entered, one_server
    from sereniv.clinic.records.checkpoints import write_checkpoint
    from sereniv.clinic.workflows.devices.known import register
    from sereniv.clinic.workflows.shell import this_clinic

    first_start.begin(home, clock.real_now())
    one_server.demand_alone(home)
    belonging.demand_readable(home)
    belonging.demand_own(home)
    home.note_written_by(__version__)
    migrate()
    clock.install(_clock_of(home))
    if home.kind is homes.Kind.DEMO:
        if not stage.is_empty() and stage.is_stale(clock.now(), clock.real_now()):
            demo_home.archive(home)
            migrate()
        if stage.is_empty():
            demo_home.stage(home)
    changing_keys.finish(home)
    this_clinic.found(clock.now())
    entered.enter_found(clock.now())
    factors.seal_kept_factors()
    register.changed()
    if not home.checkpoints_file.exists():
        # From here on the home knows its own ledger again.
        write_checkpoint(home, clock.now())
    first_start.finish(home)
    if not lock.is_locked:
        raise click.ClickException("The home's lock was lost.")


def configure(home: homes.Home) -> None:
    """Set the framework up for one home; done once in a process."""
    os.environ[homes.HOME_VARIABLE] = str(home.folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sereniv.clinic.settings")
    import django

    with nothing_collected():
        django.setup()


def _clock_of(home: homes.Home) -> "Clock":
    """Return the home's clock; an injected one that was not saved before a crash goes on after the last entry."""
    from sereniv.clinic import clock
    from sereniv.clinic.records import over_streams

    if not home.has_injected_clock:
        return clock.RealClock()
    last = over_streams.last_moment()
    injected = clock.InjectedClock(home, unkept=last)
    injected.not_before(last or injected.now())
    return injected


def migrate() -> None:
    """Apply what the database lacks; quick when nothing does."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)


def _listen(port: int) -> socket.socket:
    # Named as TCP: only then does asyncio switch off Nagle's algorithm, which holds back the second part of each answer
    # on a kept connection until the browser has acknowledged the first.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        raise click.ClickException(_why_not_bound(port, error)) from error
    # Connections made between the announcement and the server's readiness wait instead of failing.
    listening.listen(128)
    return listening


def _why_not_bound(port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Choose another with --port."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"Port {port} is kept for the system's own programs. Choose one from 1024 on with --port."
    return f"{LOOPBACK}:{port} cannot be listened on: {error.strerror or error}. Choose another port with --port."


def _announce(home: homes.Home, listening: socket.socket, devices: "Listening | None") -> None:
    from sereniv.clinic import clock
    from sereniv.clinic.demo.people import PASSWORD, STAFF
    from sereniv.clinic.workflows.shell import this_clinic

    click.echo(f"Sereniv serves the {this_clinic.state()} home {home.folder}")
    click.echo(f"Time zone {home.timezone}: it is {clock.now():%a %d %b %Y, %H:%M} there.")
    port = listening.getsockname()[1]
    if home.kind is homes.Kind.CLINIC:
        for line in _clinic_words(home, port):
            click.echo(line)
    else:
        click.echo(f"Open http://{LOOPBACK}:{port}")
    if home.kind is homes.Kind.DEMO:
        click.echo(f"Sign in with password {PASSWORD!r} as:")
        for each in STAFF:
            click.echo(f"  {each.username:<12} PIN {each.pin}   {', '.join(each.roles)}")
    if devices is not None:
        click.echo(f"Devices are listened for on {devices.address} (sereniv listen).")
    click.echo("Stop with Ctrl+C.")
    sys.stdout.flush()


def _clinic_words(home: homes.Home, port: int) -> Iterator[str]:
    """Say how a clinic's home is reached, and what it still lacks to be."""
    from django.conf import settings

    from sereniv.clinic.accounts.models import Staff
    from sereniv.clinic.database_url import may_travel_in_clear

    yield f"It listens on {LOOPBACK}:{port}, for the proxy on this computer that ends TLS (docs/set-up.md)."
    if settings.PROXY_HOSTS:
        yield f"Open https://{settings.PROXY_HOSTS[0]}"
    else:
        yield "No browser can reach it yet: start it with SERENIV_HOSTS set to the name of the clinic's proxy."
    if not Staff.objects.filter(is_active=True).exists():
        yield "Nobody works here yet. Stop it, then add the first administrator:"
        yield f'  sereniv add-staff ada --name "Ada Nightfall" --role administrator --home {home.folder}'
    if may_travel_in_clear(home.database_url):
        yield "Nothing demands that the way to the database is encrypted: add ?sslmode=verify-full in home.toml."


def _run(home: homes.Home, listening: socket.socket, devices: "Listening | None") -> None:
    import uvicorn
    from django.conf import settings

    from sereniv.clinic import clock
    from sereniv.clinic.backup.rounds import Rounds
    from sereniv.clinic.connections import BoundedProtocol
    from sereniv.clinic.demo.drills.playing import send_all
    from sereniv.clinic.demo.simulator import simulate_all
    from sereniv.clinic.gateway.feed import writer
    from sereniv.clinic.live.checking import Checking
    from sereniv.clinic.live.deriving import Deriving
    from sereniv.clinic.live.reaching import Reaching
    from sereniv.clinic.live.watch import Watch
    from sereniv.clinic.operating.rounds import Rounds as Operating
    from sereniv.clinic.records import chart_store
    from sereniv.clinic.records.checkpoints import close_books
    from sereniv.clinic.records.one_server import Hold
    from sereniv.clinic.server import Application, Beside
    from sereniv.clinic.web.documents.saved import SavedSheets

    def at_end() -> None:
        close_books(home, clock.now())
        ticking = clock.clock()
        if isinstance(ticking, clock.InjectedClock):
            ticking.save()

    def before_each(now: datetime) -> None:
        if home.kind is homes.Kind.DEMO:
            simulate_all(now)
        if home.has_injected_clock:
            send_all(now)

    home.note_server_port(listening.getsockname()[1])
    beside: tuple[Beside, ...] = (
        writer,
        *([devices] if devices is not None else []),
        Watch(home, before_each),
        Reaching(home),
        Deriving(lambda words: click.echo(words, err=True)),
        Checking(home),
        Rounds(home, chart_store.head),
        SavedSheets(home),
        Hold(),
        Operating(home, settings.PROXY_HOSTS[0] if settings.PROXY_HOSTS else ""),
    )
    application = Application(beside, at_end)
    config = uvicorn.Config(
        application,
        http=BoundedProtocol,
        # No logging of its own: its tracebacks would pass by the filter that keeps patient data out of the logs.
        log_config=None,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=settings.PROXIES,
        timeout_graceful_shutdown=GRACE_S,
        server_header=False,
        date_header=False,
    )
    # Every page is loaded now, which whoever asks for the first one would wait for.
    load_for_good(settings.ROOT_URLCONF)
    server = uvicorn.Server(config)
    # uvicorn would raise the signal again after its graceful end; a clean end is a success.
    server.capture_signals = lambda: _ending(server)  # type: ignore[method-assign]
    server.run(sockets=[listening])


@contextmanager
def _ending(server: "uvicorn.Server") -> Iterator[None]:
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, server.handle_exit)
    yield
