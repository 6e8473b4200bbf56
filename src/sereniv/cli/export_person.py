"""`sereniv export-person`: one person's record as a file, for them to take along."""

import uuid
from pathlib import Path

import click

from sereniv.cli.ledger import home_option, opened
from sereniv.clinic import home as homes
from sereniv.clinic.home_files import os_words, write_new


@click.command("export-person")
@home_option
@click.option("--person", "person_id", type=click.UUID, required=True, help="The id in the address of their page.")
@click.option("--to", "place", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The file to be.")
@click.option("--because", required=True, help="To whom it is given, and how you know: it stands in the audit.")
def export_person(folder: Path | None, person_id: uuid.UUID, place: Path, because: str) -> None:
    """Write one person's whole record to a file, for them to take along.

    A zip archive: the record in FHIR R4, which other clinics' programs read, their documents as PDF, and a note of what
    is in it and what is not. It is not encrypted. The server must be stopped; while it runs, the page of the person
    does the same.
    """
    home = opened(folder)
    try:
        lock = home.lock()
    except homes.HomeError as error:
        raise click.ClickException(str(error)) from error
    from sereniv.cli.serve import prepare

    prepare(home, lock)
    from sereniv.clinic import clock
    from sereniv.clinic.accounts.permissions import Role
    from sereniv.clinic.exporting.one_person import taken_along
    from sereniv.clinic.records import queries
    from sereniv.clinic.records.checkpoints import close_books
    from sereniv.clinic.records.file_events import RecordGivenOut
    from sereniv.clinic.web.documents.every_paper import EveryPaper
    from sereniv.clinic.workflows.exchanging import giving
    from sereniv.clinic.workflows.shell.acting import act_of_the_home
    from sereniv.therapy.recording.refusal import Malformed, Refused

    try:
        person, act = queries.anybody(person_id), act_of_the_home(clock.now(), Role.MEDICAL_DIRECTOR)
        if person is None or person.erased_at is not None:
            raise click.ClickException(f"Nobody in the register has the id {person_id}.")
        if place.exists():
            raise click.ClickException(f"{place} is there already. Choose another name.")
        giving.demand_may_give(person, because, act)
        found = taken_along(person, EveryPaper(act.now).of_one(person), act.now)
        event = RecordGivenOut(person=str(person.pk), to_seq=found.to_seq, sha256=found.sha256, reason=because)
        giving.note(event, act)
        write_new(place, found.content)
    except OSError as error:
        raise click.ClickException(os_words(place, error)) from error
    except (Malformed, Refused) as error:
        raise click.ClickException(str(error)) from error
    finally:
        close_books(home, clock.now())
        lock.release()
    click.echo(f"{place}: {len(found.content) / 1e6:.1f} MB, to entry {found.to_seq}. It is not encrypted.")
