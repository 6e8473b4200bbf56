"""`sereniv verify`, `export-ledger` and `rebuild`: look after a home's ledger."""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import click

from sereniv import verify as checking
from sereniv import verify_samples, verify_tables
from sereniv.clinic import home as homes

PRIVATE = 0o600
MOST_TERSE = 4

home_option = click.option(
    "--home",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of the home; the demo's where none is named.",
)
existing = click.Path(exists=True, dir_okay=False, path_type=Path)


def opened(folder: Path | None) -> homes.Home:
    """Open the home that a command names, the demo's where it names none."""
    try:
        return homes.open_home((folder or homes.default_folder(homes.Kind.DEMO)).resolve())
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error


def opened_with_database(folder: Path | None) -> homes.Home:
    """Open the home that a command names, whose database it reads: a missing or empty one is never made anew by that.

    Raises
    ------
    click.ClickException
        When the home keeps its entries in a file of its own, and that is missing or empty.
    """
    home = opened(folder)
    if home.lacks_its_database():
        raise click.ClickException(f"{home.database_file} is missing or empty. Restore it from the backup.")
    return home


@click.command()
@click.argument("ledger", required=False, type=existing)
@home_option
@click.option("--against", type=existing, help="Earlier heads: a checkpoints.jsonl, or lines of SEQ HASH from notes.")
@click.option("--public-key", type=existing, help="Key (PEM) that the signed heads must fit.")
def verify(ledger: Path | None, folder: Path | None, against: Path | None, public_key: Path | None) -> None:
    """Check a ledger: find an entry that was edited, deleted or put elsewhere, and name it.

    LEDGER is a home's sereniv.db or a file written by export-ledger. Without it the home's own ledger is
    checked, while it is being served or not. The checkpoints.jsonl that lies beside the ledger is compared
    with it where --against names no other heads; what could not be compared is said.

    A chain alone does not stop somebody who can rewrite all of it, and whoever holds this computer holds
    its checkpoints too. What finds a rewrite or a shortened ledger is a head that left the building:
    copy checkpoints.jsonl elsewhere now and then, or type the heads printed on signed notes into a file,
    one line of SEQ HASH each, and name it with --against.

    Of a home's own file, staff and roles, the register and what monitors sent are held against the entries about
    them, too: a row that was changed past the program is a fault.

    Ends with 0 when the ledger is sound, 1 when a fault was found, 2 when it cannot be read or
    holds no entry.
    """
    arguments = [str(ledger)] if ledger else []
    if ledger is None:
        home = opened(folder)
        if home.database_url:
            raise click.ClickException(
                "This home keeps its entries in PostgreSQL. Write them to a file with `sereniv export-ledger`, "
                "then check that file with `sereniv verify FILE --against checkpoints.jsonl`."
            )
        arguments = [str(home.database_file)]
    if against is not None:
        arguments += ["--against", str(against)]
    if public_key is not None:
        arguments += ["--public-key", str(public_key)]
    sys.exit(checking.main(arguments, _beside, verify_samples.gone_from))


def _beside(file: Path) -> Iterator[str]:
    """Name the faults of what lies beside the entries in a home's file."""
    yield from verify_tables.table_faults(file)
    yield from verify_samples.sample_faults(file)


@click.command("export-ledger")
@click.argument("file", default="-", type=click.Path(allow_dash=True, path_type=Path))
@home_option
def export_ledger(file: Path, folder: Path | None) -> None:
    """Write all entries as JSON lines to FILE, or to the screen where none is named.

    The lines hold everything that was ever recorded, names of patients with it: keep the file as you keep
    the records themselves. It is made for your eyes only, and an existing one is never written over.

    `sereniv verify FILE` checks it anywhere, on a computer that has neither this home nor its database.
    It may be run while the home is being served, and for homes whose entries lie in PostgreSQL.
    """
    home = opened_with_database(folder)
    from sereniv.cli.serve import configure
    from sereniv.cli.troubles import in_words

    configure(home)
    with in_words(home):
        try:
            if str(file) == "-":
                _show(home)
            else:
                click.echo(f"{_write_aside(file, home)} entries written to {file}.")
        except ValueError as error:
            raise click.ClickException(str(error)) from error


def _show(home: homes.Home) -> None:
    try:
        _write(sys.stdout, home)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise click.ClickException("What read the lines ended before the last of them: not all arrived.") from error


def _write_aside(file: Path, home: homes.Home) -> int:
    """Write the export under another name and give it its own once it is whole; nothing is left of half a one."""
    aside = file.with_name(f".{file.name}.unfinished")
    try:
        _demand_new(file)
        aside.unlink(missing_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
            count = _write(lines, home)
            lines.flush()
            os.fsync(lines.fileno())
        _demand_new(file)
        aside.rename(file)
    except OSError as error:
        raise click.ClickException(
            f"{file} was not written: {error.strerror}. Choose another place or name."
        ) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return count


def _demand_new(file: Path) -> None:
    if file.exists():
        raise click.ClickException(f"{file} is there already. Choose another name.")


def _write(lines: TextIO, home: homes.Home) -> int:
    count = 0
    # A home's own file is read as `verify` reads it: from a disk that takes no writes, too.
    for row in _rows() if home.database_url else checking.stored(home.database_file):
        lines.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


def _rows() -> Iterator[Mapping[str, object]]:
    from sereniv.clinic.records.models import Entry

    yield from Entry.objects.order_by("seq").values(*checking.COLUMNS).iterator()


@click.command()
@home_option
def rebuild(folder: Path | None) -> None:
    """Make the rows that lists read (sessions, vials) anew from the entries.

    The entries are what counts; those rows only make lists quick. Rebuild them when a list and a chart
    disagree, or after a restore. Nothing of what was recorded changes.

    The home must not be served meanwhile: stop the server first.
    """
    home = opened_with_database(folder)
    try:
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    from sereniv.cli.serve import configure

    configure(home)
    from sereniv.cli.troubles import in_words
    from sereniv.clinic.records import belonging, one_server
    from sereniv.clinic.records.checkpoints import fold_log_in
    from sereniv.clinic.records.projections import rebuild as rebuilt

    with in_words(home):
        try:
            one_server.demand_alone(home)
            belonging.demand_readable(home)
        except homes.HomeError as error:
            raise click.ClickException(str(error)) from error
        click.echo(f"{rebuilt()} rows made anew.")
        fold_log_in()
    lock.release()


@click.command("accept-ledger")
@home_option
@click.option("--because", required=True, help="Why this ledger is the one to go on with, and who decided.")
def accept_ledger(folder: Path | None, because: str) -> None:
    """Go on with a ledger that does not fit its home's checkpoints, and say why in the ledger itself.

    A home that finds its ledger cut short, or another home's in its place, is not served. Restore database
    and checkpoints of one moment from the backup wherever you can. Where this ledger is the best copy there
    is, this command takes it as the home's own: the reason stands in it for ever, the checkpoints that it did
    not fit are kept in the home's archive, and what was recorded after them has to be entered again from paper.
    """
    if len(because.split()) < MOST_TERSE:
        raise click.ClickException("Say in a sentence why, and who decided: it stands in the ledger for ever.")
    home = opened_with_database(folder)
    try:
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    from sereniv.cli import first_start, serve
    from sereniv.cli.troubles import in_words

    serve.configure(home)
    from sereniv.clinic import clock
    from sereniv.clinic.records import belonging, checkpoints, one_server

    with in_words(home):
        try:
            one_server.demand_alone(home)
            belonging.demand_readable(home)
        except homes.HomeError as error:
            raise click.ClickException(str(error)) from error
        doubt = belonging.doubt(home)
        if doubt is None:
            raise click.ClickException("This ledger fits the checkpoints of its home: there is nothing to accept.")
        serve.migrate()
        aside = first_start.set_checkpoints_aside(home, clock.real_now())
        belonging.accept(home, doubt, because, clock.real_now())
        checkpoints.fold_log_in()
    kept = f" The checkpoints before it are kept in {aside}." if aside else ""
    click.echo(f"The ledger is this home's from entry {doubt.found.seq + 1} on.{kept}")
    lock.release()
