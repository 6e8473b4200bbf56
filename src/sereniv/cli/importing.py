"""`sereniv import`: another practice's records into a home, or an export of Sereniv's own into an empty one."""

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sereniv.cli.export import bring_home
from sereniv.cli.ledger import existing
from sereniv.clinic import home as homes

if TYPE_CHECKING:
    from sereniv.clinic.workflows.importing.files import ReadAs
    from sereniv.clinic.workflows.importing.plan import Answers, Plan

SEALED_BEGINS = b"age-encryption.org/"
MOST_SHOWN = 40


@click.command("import")
@click.argument("file", type=existing)
@click.option("--home", "place", type=click.Path(file_okay=False, path_type=Path), required=True, help="The home.")
@click.option("--key", "key_file", type=existing, help="File with the key (AGE-SECRET-KEY-1…) of an encrypted export.")
@click.option("--database-url", default="", help="An empty PostgreSQL database for the new home of an export.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken and what is wrong; nothing is stored.")
@click.option("--from", "told_by", default="", help="Whose records these are: it stands beside each of them.")
@click.option("--because", default="", help="Why they come here: it stands in the audit.")
@click.option("--days", type=click.Choice(["day-first", "month-first"]), help="How the file writes 03/04/2025.")
@click.option("--decimals", type=click.Choice(["point", "comma"]), help="What stands before its decimals.")
@click.option("--encoding", type=click.Choice(["utf-8", "cp1252", "mac-roman"]), help="In what a CSV is written.")
@click.option(
    "--table", "kinds", multiple=True, metavar="N=KIND", help="What table N (from 1) holds: people, scores, …"
)
@click.option(
    "--column", "columns", multiple=True, metavar="HEADING=MEANING", help="What a column is; empty leaves it."
)
@click.option("--same", multiple=True, metavar="ROW=ID", help="The person of this row is the one with this record.")
@click.option("--other", multiple=True, metavar="ROW", help="The person of this row is nobody known.")
@click.option("--leave-out", "left_out", multiple=True, metavar="ROW", help="Pass over what is read of this row.")
@click.option("--considered-for", "indication", default="", help="For whom the file does not say it: depression, …")
def import_file(
    file: Path, place: Path, key_file: Path | None, database_url: str, dry_run: bool, told_by: str, because: str,
    days: str | None, decimals: str | None, encoding: str | None, kinds: tuple[str, ...], columns: tuple[str, ...],
    same: tuple[str, ...], other: tuple[str, ...], left_out: tuple[str, ...], indication: str,
) -> None:  # fmt: skip
    """Take another practice's records into a home, or an export of Sereniv's own into an empty folder.

    FILE is a table (CSV or .xlsx) of people, scores, infusions given elsewhere, medicines or allergies, or FHIR R4: a
    bundle, or NDJSON. All of it is taken or nothing: --dry-run says for each row what is wrong and how to mend it. Who
    may be known already is asked, and answered by --same or --other. Every entry keeps which file and row it came from.
    The server must be stopped; while it runs, two people do this on the page Import.

    An export (sereniv export) comes back under the same head; its home must be new or empty.
    """
    if _is_export(file):
        bring_home(file, place, key_file, database_url)
        return
    try:
        home = homes.open_home(place.resolve())
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    from sereniv.cli.serve import prepare

    prepare(home, lock)
    from sereniv.clinic import clock
    from sereniv.clinic.records.checkpoints import close_books
    from sereniv.clinic.workflows.importing import taking
    from sereniv.clinic.workflows.shell.acting import act_of_the_home
    from sereniv.exchange.incoming.contents import Unreadable
    from sereniv.therapy.recording.refusal import Malformed, Refused

    try:
        said, answers = _said(days, decimals, encoding, kinds, columns), _answers(same, other, left_out)
        made = _planned(file, told_by, said, answers)
        _report(made)
        if dry_run:
            click.echo("Nothing was stored: this was a dry run.")
            return
        if not told_by.strip():
            raise click.ClickException("Say whose records these are: --from “Practice of Dr Brook”.")
        if not made.may_be_taken:
            raise click.ClickException("Nothing was stored. Mend what is said above, then import again.")
        act = act_of_the_home(clock.now())
        taking.take(made, lambda: _planned(file, told_by, said, answers), indication, because, act)
    except (Unreadable, Malformed, Refused) as error:
        raise click.ClickException(f"{error} Nothing was stored.") from error
    finally:
        close_books(home, clock.now())
        lock.release()
    click.echo(f"{file.name} is taken in, whole.")


def _is_export(file: Path) -> bool:
    """Say whether a file is an export of Sereniv's own: encrypted, or an archive that is no workbook."""
    with file.open("rb") as begun:
        begins = begun.read(len(SEALED_BEGINS))
    if begins == SEALED_BEGINS:
        return True
    if not begins.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(file) as packed:
            return "xl/workbook.xml" not in packed.namelist()
    except (zipfile.BadZipFile, OSError):
        return True


def _said(
    days: str | None, decimals: str | None, encoding: str | None, kinds: tuple[str, ...], columns: tuple[str, ...]
) -> "ReadAs":
    from sereniv.clinic.workflows.importing.files import ReadAs
    from sereniv.exchange.tables.columns import TableKind
    from sereniv.exchange.tables.values import DayOrder, DecimalSign

    meant = [each.rpartition("=") for each in columns]
    try:
        told = {int(number) - 1: TableKind(kind) for number, _, kind in (each.partition("=") for each in kinds)}
    except ValueError as error:
        raise click.ClickException(f"Write --table 1=people, with one of: {', '.join(TableKind)}.") from error
    return ReadAs(
        encoding=encoding or "",
        day_order=DayOrder((days or "").replace("-", " ")),
        decimal_sign=DecimalSign(decimals or ""),
        kinds=told,
        anywhere={heading: meaning for heading, _, meaning in meant},
    )


def _answers(same: tuple[str, ...], other: tuple[str, ...], left_out: tuple[str, ...]) -> "Answers":
    from sereniv.clinic.workflows.importing.plan import Answers

    chosen = {row: record for row, _, record in (each.rpartition("=") for each in same)}
    return Answers(same=chosen, others=frozenset(other), left_out=frozenset(left_out))


def _planned(file: Path, told_by: str, said: "ReadAs", answers: "Answers") -> "Plan":
    from sereniv.clinic import clock
    from sereniv.clinic.workflows.importing.files import opened, source_of
    from sereniv.clinic.workflows.importing.planning import plan
    from sereniv.exchange.tables.reading import demand_size

    demand_size(file.stat().st_size)
    content = file.read_bytes()
    found = opened(content, said, clock.now())
    return plan(found.incoming, source_of(file.name, content, told_by), answers, found.read, clock.now())


def _report(made: "Plan") -> None:
    """Say what would be taken, what is wrong, what is asked and what is left out."""
    for number, table in enumerate(made.read.tables, start=1):
        named = zip(table.headings, table.meanings, strict=True)
        columns = ", ".join(f"{heading} → {meaning or 'left out'}" for heading, meaning in named)
        click.echo(f"Table {number} holds {table.kind}: {columns}")
    for fault in made.faults[:MOST_SHOWN]:
        click.echo(f"  ✗ {fault.words}")
    if len(made.faults) > MOST_SHOWN:
        click.echo(f"  ✗ and {len(made.faults) - MOST_SHOWN} more")
    for asked in made.questions[:MOST_SHOWN]:
        found = [f"{each.words} [--same “{asked.row}={each.person.pk}”]" for each in asked.may_be]
        found += [f"{row} of this file" for row in asked.other_rows]
        click.echo(
            f"  ? {asked.row}: {asked.name} may be {'; or '.join(found)}. Or nobody known: --other “{asked.row}”"
        )
    for what, count in made.incoming.left_out.items():
        click.echo(f"  – left out: {what} ({count})")
    for what, count in made.counts.items():
        click.echo(f"  ✓ {what}: {count}")
    if made.brings_infusions:
        click.echo("  – A course that runs elsewhere is not brought: here it begins with its first order.")
