"""One person's record as one file, for them to take along: FHIR R4, documents as PDF, and a note of what is in it."""

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sereniv import __version__
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.exchanging.records import clinic_of, record_of
from sereniv.exchange.fhir.take_along import collection, whole
from sereniv.exchange.fhir.written import written
from sereniv.therapy.person.names import birth_words

RECORD = "record.json"
README = """\
The record of {name}, born {born}, as {clinic} held it on {at:%d %b %Y at %H:%M}.

{record}          the record in FHIR R4, a format that other clinics' programs read:
{counts}
papers/              treatment plan, course summary and the note of each infusion, as PDF
digests.json         the SHA-256 of each of these files

Not in it: what monitors sent second by second (what was charted of it is), who looked at the record, the ledger of the
controlled drug, and what was recorded about anybody else. Entries that were struck are in it, marked as entered in
error. What came from another practice is marked as from there.{unread}

Whoever has this file can read it. It is not encrypted.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAlong:
    """A file with one person's record: its bytes, their SHA-256, and up to which entry of the ledger it goes."""

    content: bytes
    sha256: str
    to_seq: int


def taken_along(person: Person, papers: Iterable[tuple[str, bytes]], now: datetime) -> TakenAlong:
    """Write one person's whole record into a file.

    Parameters
    ----------
    papers
        Their documents, each with its name below papers/ and its content.
    """
    ends, clinic = chart_store.head().seq, clinic_of(now)
    record = record_of(person, clinic)
    resources = whole(record)
    files = {RECORD: (written(collection(resources, now)) + "\n").encode()}
    files |= {f"papers/{name}": content for name, content in papers}
    unread = len(record.chart.unread) + sum(len(each.chart.unread) for each in record.sittings)
    counts = Counter(str(each["resourceType"]) for each in resources)
    note = README.format(
        name=str(person), born=birth_words(person.born), clinic=clinic.name or "the clinic",
        at=now.astimezone(clinic.zone), record=RECORD,
        counts="\n".join(f"                       {count} {kind}" for kind, count in sorted(counts.items())),
        unread=f"\n{unread} entries could not be read and are missing." if unread else "",
    )  # fmt: skip
    files["README.txt"] = note.encode()
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    about = {"program": __version__, "made_at": now.isoformat(), "to_entry": ends, "files": digests}
    files["digests.json"] = json.dumps(about, indent=1).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return TakenAlong(content=packed.getvalue(), sha256=hashlib.sha256(packed.getvalue()).hexdigest(), to_seq=ends)
