"""`sereniv export`: everything a home holds in open formats, and what brings that back into an empty home."""

import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import click
import pyrage

from sereniv.cli.ledger import home_option, opened
from sereniv.clinic import home as homes
from sereniv.clinic.backup import key
from sereniv.clinic.backup.archive import BackupError
from sereniv.clinic.exporting import archive

TENTHS = 10


@click.command("export")
@home_option
@click.option("--to", "place", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to be.")
@click.option("--because", required=True, help="For whom it is, and why: it stands in the audit.")
@click.option("--encrypt", is_flag=True, help="Encrypt it to the home's backup key (sereniv backup-key opens it).")
@click.option("--to-key", metavar="age1…", help="Encrypt it to somebody else's age key.")
@click.option("--without-papers", is_flag=True, help="Leave out the documents as PDF, which take the longest.")
def export_home(
    folder: Path | None, place: Path, because: str, encrypt: bool, to_key: str | None, without_papers: bool
) -> None:
    """Write everything a home holds to one file, in formats that any program reads.

    A zip archive: the ledger as JSON lines, every table and kind of event as CSV with a dictionary, every note, plan
    and summary as PDF. No password is in it. Plain, it is every patient's record for whoever finds it: encrypt what
    leaves the computer.

    The server must be stopped: the export stands in the ledger itself. While it runs, two people make one on the page
    Export.
    """
    home = opened(folder)
    try:
        recipient = _recipient(home, encrypt, to_key)
        lock = home.lock()
    except (homes.HomeError, BackupError) as error:
        raise click.ClickException(str(error)) from error
    from sereniv.cli.serve import prepare

    prepare(home, lock)
    from sereniv.clinic import clock
    from sereniv.clinic.exporting.writing import export
    from sereniv.clinic.records.checkpoints import close_books
    from sereniv.clinic.records.house_events import RecordsExported
    from sereniv.clinic.web.documents.every_paper import EveryPaper
    from sereniv.clinic.workflows.ledger import exports
    from sereniv.clinic.workflows.shell.acting import act_of_the_home
    from sereniv.therapy.recording.reasons import demand_reason
    from sereniv.therapy.recording.refusal import Malformed

    try:
        demand_reason(because, exports.REASON)
        papers = None if without_papers else EveryPaper(clock.now())
        made = export(home, place.resolve(), papers, recipient, clock.real_now(), _progress())
        event = RecordsExported(
            to_seq=made.head.seq, to_hash=made.head.hash, sha256=made.sha256, sealed=recipient is not None,
            with_papers=papers is not None, reason=because,
        )  # fmt: skip
        exports.note(event, act_of_the_home(clock.now()))
    except (archive.ExportError, Malformed) as error:
        raise click.ClickException(str(error)) from error
    finally:
        close_books(home, clock.now())
        lock.release()
    click.echo(f"{place}: {made.size / 1e6:.1f} MB, to entry {made.head.seq}.")
    if recipient is None:
        click.echo("It is not encrypted: keep it as you keep the records themselves.")


def _recipient(home: homes.Home, encrypt: bool, to_key: str | None) -> pyrage.x25519.Recipient | None:
    if to_key:
        try:
            return pyrage.x25519.Recipient.from_str(to_key)
        except pyrage.RecipientError as error:
            raise click.ClickException(f"{to_key!r} is no age key: it begins with age1.") from error
    return key.of_home(home).to_public() if encrypt else None


def _progress() -> Callable[[int, int], None]:
    said = [-1]

    def tell(done: int, total: int) -> None:
        tenth = TENTHS * done // total if total else TENTHS
        if tenth > said[0]:
            said[0] = tenth
            click.echo(f"{100 * tenth // TENTHS} %", err=True)

    return tell


def bring_home(file: Path, place: Path, key_file: Path | None, database_url: str) -> None:
    """Bring an export into an empty home: every entry as it was, under the same head.

    Every file is held against its digest and the whole chain against its checkpoints before anything is made. Passwords
    are in no export: give each of the staff a first code, the first of them by sereniv first-code. To go on with a
    clinic on another computer, restore a backup instead: it holds keys and passwords too.
    """
    place = place.resolve()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise click.ClickException(f"{place} holds something already. Import into a folder that is new or empty.")
    try:
        identity = key.read(key_file) if key_file else None
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    try:
        with (
            tempfile.TemporaryDirectory(prefix="sereniv-import-") as folder,
            archive.opened(file, identity, Path(folder)) as found,
        ):
            said = archive.about(found)
            agree = archive.demand_sound(found, said, Path(folder))
            home = homes.create_or_open(place, homes.Kind(said.kind), said.timezone, database_url)
            count = _brought(home, found, Path(folder))
    except (archive.ExportError, homes.HomeError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} entries, {agree} checkpoints agree. The head is that of the home it left:")
    click.echo(f"{said.head.seq} {said.head.hash}")
    click.echo(f"Give the first administrator a code: sereniv first-code NAME --home {place}")


def _brought(home: homes.Home, found: zipfile.ZipFile, folder: Path) -> int:
    """Fill the database of a home that was just made; nothing of it is left where that fails."""
    from sereniv.cli.serve import configure, migrate
    from sereniv.cli.troubles import in_words

    lock = home.lock()
    configure(home)
    from sereniv.clinic import clock
    from sereniv.clinic.exporting.bringing import bring
    from sereniv.clinic.records.checkpoints import close_books

    try:
        with in_words(home):
            migrate()
            count = bring(found)
            _keep_books(home, folder)
            close_books(home, clock.real_now())
    except BaseException:
        shutil.rmtree(home.folder, ignore_errors=True)
        raise
    lock.release()
    return count


def _keep_books(home: homes.Home, folder: Path) -> None:
    """Keep the checkpoints that the ledger came with: this home signs with a key of its own."""
    aside = home.folder / "archive" / "imported"
    aside.mkdir(parents=True)
    for name in archive.BOOKS:
        if (folder / name).exists():
            shutil.copyfile(folder / name, aside / name)
