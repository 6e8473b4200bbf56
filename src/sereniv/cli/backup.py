"""`sereniv backup`, `backup-key` and `restore`: a home's way to another disk, and back."""

from datetime import timedelta
from pathlib import Path

import click

from sereniv.cli.ledger import existing, home_option, opened, opened_with_database
from sereniv.clinic import home as homes
from sereniv.clinic.backup import access, addresses, key, making, proving, restoring, rounds, state
from sereniv.clinic.backup.archive import BackupError, Manifest
from sereniv.clinic.clock import real_now
from sereniv.verify import Head, read_heads

folder_option = click.Path(file_okay=False, path_type=Path)
access_option = click.option(
    "--access",
    "access_file",
    type=existing,
    help="TOML file with what opens that place; no password stands in an address or a command.",
)


@click.command()
@home_option
@click.option(
    "--to",
    metavar="PLACE",
    help="Where to: a folder on another disk or computer, sftp://USER@HOST/FOLDER or s3://BUCKET/FOLDER.",
)
@access_option
@click.option(
    "--every",
    "minutes",
    type=click.IntRange(5, 24 * 60),
    help="Let the served home do so by itself from now on, every so many minutes, and prove a backup each night.",
)
@click.option("--prove", is_flag=True, help="Then restore the newest backup aside and read it, as each night does.")
def backup(folder: Path | None, to: str | None, access_file: Path | None, minutes: int | None, prove: bool) -> None:
    """Back up a home, whole and encrypted, while it is served or not.

    One file holds everything: database, checkpoints, settings and keys. Copying sereniv.db alone is no backup.
    It is encrypted to the home's backup key, which `sereniv backup-key` prints: keep that outside the building.
    Without it no backup can be opened, not by you either.

    An SFTP server or a store that speaks S3 is opened with what a TOML file says, which --access takes into the home:
    password or private_key, and host_key; or access_key_id, secret_access_key, endpoint, region and certificate.

    With --every the home remembers the place, and the server backs itself up from then on whenever something
    was recorded, and brings what was written since after it twice a minute (not with PostgreSQL). All of the last day
    is kept, one an hour for a week, one a day for two months, then one a month.
    """
    home = opened_with_database(folder)
    try:
        if access_file is not None:
            access.keep(home, access_file)
        plan = _planned(home, to, minutes)
        target = addresses.target_of(plan.to, access.of_home(home))
        made = making.make(home, target, real_now())
        state.note(home, made_at=real_now(), made_seq=made.kept.seq)
        click.echo(f"{made.place}: {made.size / 1e6:.1f} MB, to entry {made.kept.seq}.")
        if made.lacks_entries:
            click.echo(
                f"The ledger ends at entry {made.kept.seq}, but the home signed a checkpoint at entry "
                f"{made.signed_seq}: it is in doubt. No older backup was let go.",
                err=True,
            )
        else:
            rounds.let_go(target, real_now())
        if prove:
            click.echo(proving.prove(home, target, real_now()))
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    if minutes is not None:
        click.echo(f"The served home does so every {minutes} minutes from its next start on.")
    click.echo("Keep the key outside the building: sereniv backup-key --help")


def _planned(home: homes.Home, to: str | None, minutes: int | None) -> state.Plan:
    known = state.plan_of(home)
    place = to or (known.to if known else "")
    if not place:
        raise BackupError("Say where to: --to PLACE, on another disk or computer.")
    plan = state.Plan(to=addresses.whole(place), every=timedelta(minutes=minutes) if minutes else state.EVERY)
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
@click.option(
    "--from", "source", metavar="PLACE", required=True, help="A backup, one of its parts, or the place that holds them."
)
@click.option("--home", "place", type=folder_option, required=True, help="Folder of the home to be: new or empty.")
@click.option("--key", "key_file", type=existing, required=True, help="File with the key (AGE-SECRET-KEY-1…).")
@access_option
@click.option("--against", type=existing, help="Earlier heads: a checkpoints.jsonl, or lines of SEQ HASH from notes.")
@click.option("--accept-loss", is_flag=True, help="Restore although entries after this backup are known to exist.")
@click.option("--database-url", default="", help="An empty PostgreSQL database, for the backup of a home with one.")
def restore(
    source: str,
    place: Path,
    key_file: Path,
    access_file: Path | None,
    against: Path | None,
    accept_loss: bool,
    database_url: str,
) -> None:
    """Bring a home back from a backup, on this computer or another, and check it before it may be served.

    --from names a backup, or the place that holds them, as --to did: then what reaches the latest is taken. The whole
    chain of the ledger is walked and held against the checkpoints in the backup. An old backup is sound in itself:
    whether anything is missing at its end only a head from outside tells. Copy SEQ HASH from the newest signed note
    into a file and name it with --against. A backup that is cut short, altered, another home's or older than that is
    refused, and nothing is left behind. The ledger says from then on that it was restored, and from which moment.
    """
    try:
        heads = read_heads(against) if against else ()
        outside = restoring.Outside(heads=heads, accepts_loss=accept_loss)
        opens = access.read(access_file) if access_file else access.Access()
        restoring.demand_room(place.resolve())
        with making.working_folder(place.resolve().parent) as aside:
            found = addresses.brought(source, opens, aside)
            manifest = restoring.restore(found, key.read(key_file), place.resolve(), outside, database_url)
        noted = _noted(homes.open_home(place.resolve()), manifest)
    except (BackupError, homes.HomeError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    since = f" with {len(found.parts)} parts since" if found.parts else ""
    click.echo(
        f"{found.whole.name}{since}, made {manifest.made_at:%d %b %Y, %H:%M} UTC, to entry {manifest.head.seq}: sound."
    )
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


def _compared(heads: tuple[Head, ...], found: Head) -> str:
    latest = max((head.seq for head in heads), default=0)
    if latest:
        return f"Compared with {len(heads)} heads from outside, the latest at entry {latest} of {found.seq}."
    return "Compared with no head from outside: whether entries followed the last one, only your newest note tells."


def _serve_words(place: Path) -> str:
    kind = homes.open_home(place.resolve()).kind
    return f"sereniv serve{' --clinic' if kind is homes.Kind.CLINIC else ''} --home {place.resolve()}"
