"""`sereniv backup`, `backup-key` and `restore`: a home's way to another disk, and back."""

from datetime import timedelta
from pathlib import Path

import click

from sereniv.cli.ledger import existing, home_option, opened, opened_with_database
from sereniv.clinic import home as homes
from sereniv.clinic.backup import keeping, key, making, proving, restoring, state
from sereniv.clinic.backup.archive import BackupError, Manifest
from sereniv.clinic.backup.target import Kept, Target
from sereniv.clinic.clock import real_now
from sereniv.verify import Head, read_heads

folder_option = click.Path(file_okay=False, path_type=Path)


@click.command()
@home_option
@click.option("--to", "target", type=folder_option, help="Folder for backups, on another disk or computer.")
@click.option(
    "--every",
    "minutes",
    type=click.IntRange(5, 24 * 60),
    help="Let the served home do so by itself from now on, every so many minutes, and prove a backup each night.",
)
@click.option("--prove", is_flag=True, help="Then restore the newest backup aside and read it, as each night does.")
def backup(folder: Path | None, target: Path | None, minutes: int | None, prove: bool) -> None:
    """Back up a home, whole and encrypted, while it is served or not.

    One file holds everything: database, checkpoints, settings and keys. Copying sereniv.db alone is no backup.
    It is encrypted to the home's backup key, which `sereniv backup-key` prints: keep that outside the building.
    Without it no backup can be opened, not by you either.

    With --every the home remembers the folder, and the server backs itself up from then on whenever something
    was recorded. All of the last day is kept, one an hour for a week, one a day for two months, then one a month.
    """
    home = opened_with_database(folder)
    try:
        plan = _planned(home, target, minutes)
        made = making.make(home, Target(plan.folder), real_now())
        state.note(home, made_at=real_now(), made_seq=made.kept.seq)
        click.echo(f"{made.place}: {made.size / 1e6:.1f} MB, to entry {made.kept.seq}.")
        if made.lacks_entries:
            click.echo(
                f"The ledger ends at entry {made.kept.seq}, but the home signed a checkpoint at entry "
                f"{made.signed_seq}: it is in doubt. No older backup was let go.",
                err=True,
            )
        else:
            for each in keeping.to_let_go(Target(plan.folder).kept(), real_now()):
                Target(plan.folder).remove(each)
        if prove:
            click.echo(proving.prove(home, Target(plan.folder), real_now()))
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    if minutes is not None:
        click.echo(f"The served home does so every {minutes} minutes from its next start on.")
    click.echo("Keep the key outside the building: sereniv backup-key --help")


def _planned(home: homes.Home, target: Path | None, minutes: int | None) -> state.Plan:
    known = state.plan_of(home)
    if target is None and known is None:
        raise BackupError("Say where to: --to FOLDER, on another disk or computer.")
    folder = (target or (known.folder if known else Path())).resolve()
    plan = state.Plan(folder=folder, every=timedelta(minutes=minutes) if minutes else state.EVERY)
    if minutes is not None:
        state.keep_plan(home, plan)
    return plan


@click.command("backup-key")
@home_option
def backup_key(folder: Path | None) -> None:
    """Print the key that opens this home's backups.

    Print it on paper or write it to a stick, and keep that where neither fire nor thief takes it together with
    the computer. After a change of the key the one of before stands below it: it opens the backups of before.
    `sereniv restore` asks for it in a file. Whoever has the key and a backup has the clinic's records.
    """
    try:
        click.echo(key.written(key.all_of_home(opened(folder))).decode("ascii"), nl=False)
    except BackupError as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.option("--from", "source", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--home", "place", type=folder_option, required=True, help="Folder of the home to be: new or empty.")
@click.option("--key", "key_file", type=existing, required=True, help="File with the key (AGE-SECRET-KEY-1…).")
@click.option("--against", type=existing, help="Earlier heads: a checkpoints.jsonl, or lines of SEQ HASH from notes.")
@click.option("--accept-loss", is_flag=True, help="Restore although entries after this backup are known to exist.")
@click.option("--database-url", default="", help="An empty PostgreSQL database, for the backup of a home with one.")
def restore(
    source: Path, place: Path, key_file: Path, against: Path | None, accept_loss: bool, database_url: str
) -> None:
    """Bring a home back from a backup, on this computer or another, and check it before it may be served.

    --from names a backup, or the folder that holds them: then the newest is taken. The whole chain of the ledger is
    walked and held against the checkpoints in the backup. An old backup is sound in itself: whether anything is
    missing at its end only a head from outside tells. Copy SEQ HASH from the newest signed note into a file and
    name it with --against. A backup that is cut short, altered, another home's or older than that is refused, and
    nothing is left behind. The ledger says from then on that it was restored, and from which moment.
    """
    try:
        heads = read_heads(against) if against else ()
        outside = restoring.Outside(heads=heads, accepts_loss=accept_loss)
        file = _newest(source) if source.is_dir() else source
        manifest = restoring.restore(file, key.read(key_file), place.resolve(), outside, database_url)
        noted = _noted(homes.open_home(place.resolve()), manifest)
    except (BackupError, homes.HomeError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file.name}, made {manifest.made_at:%d %b %Y, %H:%M} UTC, to entry {manifest.head.seq}: sound.")
    click.echo(_compared(heads, manifest.head))
    click.echo(f"Restored to {place.resolve()}; its ledger says so in entry {noted}. Serve it: {_serve_words(place)}")


def _noted(home: homes.Home, manifest: Manifest) -> int:
    """Let the restored home's ledger say so, with the tables of this program."""
    from sereniv.cli import serve
    from sereniv.cli.troubles import in_words

    serve.configure(home)
    from sereniv.clinic.records import belonging, checkpoints

    with in_words(home):
        belonging.demand_readable(home)
        belonging.demand_own(home)
        serve.migrate()
        noted = belonging.note_restored(home, manifest.made_at, manifest.program, manifest.head, real_now())
        checkpoints.fold_log_in()
    return noted


def _newest(folder: Path) -> Path:
    kept: list[Kept] = Target(folder).kept()
    if not kept:
        raise BackupError(f"{folder} holds no backup.")
    return Target(folder).place_of(kept[-1])


def _compared(heads: tuple[Head, ...], found: Head) -> str:
    latest = max((head.seq for head in heads), default=0)
    if latest:
        return f"Compared with {len(heads)} heads from outside, the latest at entry {latest} of {found.seq}."
    return "Compared with no head from outside: whether entries followed the last one, only your newest note tells."


def _serve_words(place: Path) -> str:
    kind = homes.open_home(place.resolve()).kind
    return f"sereniv serve{' --clinic' if kind is homes.Kind.CLINIC else ''} --home {place.resolve()}"
