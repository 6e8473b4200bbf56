"""What a search or a read finds, and what comes with it: of one person's record, of the register, or of the clinic."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from itertools import islice

from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.exchanging import records
from sereniv.exchange.fhir.bundle import Page
from sereniv.exchange.fhir.outcome import Failed, not_found
from sereniv.exchange.fhir.people import patients
from sereniv.exchange.fhir.record import Clinic, Record, Versions
from sereniv.exchange.fhir.scopes import allows
from sereniv.exchange.fhir.searching import Kind, Search, found, span
from sereniv.exchange.fhir.table import ROWS, TABLE, Served
from sereniv.exchange.fhir.written import Resource

LAST = 10**18
"""After every entry: the audit is written later than what it tells of."""

MOST_LOOKED_AT = 1000
"""People of the register whom one request looks at: a page may be short, and its next link goes on."""


@dataclass(kw_only=True)
class Reader:
    """Reads for one request: what its token allows, whom it has shown, and each record once."""

    clinic: Clinic
    scopes: Sequence[str]
    shown: set[str] = field(default_factory=set)
    _records: dict[str, Record] = field(default_factory=dict)

    def versions(self, type_name: str, resource_id: str) -> Versions:
        """Return a resource by its id, with its versions; raises Failed where it is not here."""
        row = TABLE[type_name]
        found_one = next((each for each in self._candidates(row, resource_id) if each.now["id"] == resource_id), None)
        if found_one is None:
            raise not_found(f"{type_name} of this id")
        return found_one

    def search(self, row: Served, search: Search) -> Page:
        """Return one page of what a search finds.

        Raises
        ------
        Failed
            When it names nobody whose record is to be searched.
        """
        if row.name == "Patient":
            page = self._people(search)
        elif row.of_clinic is not None:
            page = _paged([each.now for each in row.of_clinic(self.clinic)], search)
        else:
            page = self._of_people(row, search)
        return replace(page, included=self._included(row, search, page.matches))

    def everything(self, person_id: str, types: Sequence[str], since: Search) -> Page:
        """Return everything of a person that the token allows: they, their record, who and what it names."""
        record = self._record_of(records.person_named(person_id))
        if record is None or record.subject.id != person_id:
            raise not_found("Patient of this id")
        rows = [row for row in ROWS if row.of_record is not None and self._may_search(row, types)]
        own = [each.now for row in rows if row.of_record is not None for each in row.of_record(record)]
        own.sort(key=partial(_place, _opened([record])))
        page = _paged(own, since)
        named = self._named(page.matches, [row.name for row in ROWS if row.of_clinic and self._may_search(row, types)])
        return replace(page, included=named, warnings=_warnings([record]))

    def _may_search(self, row: Served, types: Sequence[str]) -> bool:
        return (not types or row.name in types) and allows(self.scopes, row.name, "s")

    def _candidates(self, row: Served, resource_id: str) -> Iterable[Versions]:
        if row.of_clinic is not None:
            return row.of_clinic(self.clinic)
        if row.of_record is None:
            return ()
        if row.name == "Patient":
            person = records.person_named(resource_id)
            return patients(self._own(person)) if person is not None else ()
        record = self._record_of(records.whose(resource_id))
        return row.of_record(record) if record is not None else ()

    def _own(self, person: Person) -> Record:
        """Return a record as the register has it, also one that was joined into another: it says into which."""
        told = records.subjects_of([person])[person.pk]
        self.shown.add(str(person.pk))
        return records.bare(told, self.clinic)

    def _record_of(self, person: Person | None) -> Record | None:
        if person is None:
            return None
        whole = str((person.joined_into or person).pk)
        if whole not in self._records:
            self._records[whole] = records.record_of(person, self.clinic)
        self.shown.add(whole)
        return self._records[whole]

    def _of_people(self, row: Served, search: Search) -> Page:
        named = [each for name in ("patient", "subject") for each in search.values.get(name, ())]
        by_id = [each for value in search.values.get("_id", ()) for each in value.split(",")]
        pointing = [each.name for each in row.params if each.kind is Kind.REFERENCE and "Patient" not in each.targets]
        by_id += [
            each.rpartition("/")[2]
            for name in pointing
            for value in search.values.get(name, ())
            for each in value.split(",")
        ]
        if named:
            ids = {each.removeprefix("Patient/") for value in named for each in value.split(",")}
            people: Iterator[Person | None] = (records.person_named(each) for each in sorted(ids))
        elif by_id:
            people = (records.whose(each) for each in by_id)
        else:
            raise Failed(400, "required", f"Say whose: {row.name}?patient=ID, or _id=ID.", "patient")
        whole = {id(each): each for each in map(self._record_of, people) if each is not None}
        made = row.of_record
        resources = [each.now for record in whole.values() if made is not None for each in made(record)]
        resources.sort(key=partial(_place, _opened(whole.values())))
        return replace(_paged(resources, search), warnings=_warnings(whole.values()))

    def _people(self, search: Search) -> Page:
        """Search the register: by index where it can be narrowed down, else person by person, no more than some."""
        looked = list(islice(self._narrowed(search), MOST_LOOKED_AT))
        told = records.subjects_of(looked)
        matches: list[Resource] = []
        last = None
        for person in looked:
            if len(matches) == search.count:
                break
            last = person
            resource = next(patients(records.bare(told[person.pk], self.clinic))).now
            if search.finds(resource):
                matches.append(resource)
                self.shown.add(str(person.pk))
        goes_on = last is not None and (last is not looked[-1] or len(looked) == MOST_LOOKED_AT)
        return Page(matches=matches, next=[("_after", str(last.pk))] if goes_on and last is not None else None)

    def _narrowed(self, search: Search) -> Iterator[Person]:
        named = [each for name in ("_id", "identifier") for each in search.values.get(name, ())]
        ids = [each.rpartition("|")[2] for value in named for each in value.split(",")]
        if ids:
            after = search.after
            people = (records.person_named(each) for each in sorted(set(ids)) if each > after)
            return (each for each in people if each is not None)
        parts = tuple(
            each for name in ("name", "family", "given") for each in search.values.get(name, ()) if "," not in each
        )
        return records.people_called(self._born(search), parts, search.after)

    def _born(self, search: Search) -> tuple[datetime, datetime] | None:
        for text in search.values.get("birthdate", ()):
            if text[:4].isdigit() and "," not in text:
                return span(text, self.clinic.zone)
        return None

    def _included(self, row: Served, search: Search, matches: Sequence[Resource]) -> list[Resource]:
        included = self._named(matches, None, [each.partition(":")[2] for each in search.includes], row)
        for each in search.revincludes:
            other, _, param = each.partition(":")
            included += self._pointing(TABLE[other], param, matches)
        return included

    def _named(
        self,
        matches: Sequence[Resource],
        types: Sequence[str] | None,
        params: Sequence[str] = (),
        row: Served | None = None,
    ) -> list[Resource]:
        """Return what resources refer to: by some of their search parameters, or to some types wherever they do."""
        paths = [path for each in row.params if each.name in params for path in each.paths] if row is not None else []
        if types is None:
            named = {each.get("reference", "") for match in matches for each in found(match, paths)}
        else:
            named = {each for match in matches for each in _references(match) if each.partition("/")[0] in types}
        known = {f"{each['resourceType']}/{each['id']}" for each in matches}
        resources = []
        for each in sorted(named - known - {""}):
            type_name, _, resource_id = each.partition("/")
            if type_name in TABLE and allows(self.scopes, type_name, "r"):
                resources.append(self.versions(type_name, resource_id).now)
        return resources

    def _pointing(self, row: Served, param: str, matches: Sequence[Resource]) -> list[Resource]:
        """Return what refers to the matches, of the same people's records."""
        if row.of_record is None or not allows(self.scopes, row.name, "s"):
            return []
        paths = next(each.paths for each in row.params if each.name == param)
        known = {f"{each['resourceType']}/{each['id']}" for each in matches}
        return [
            each.now
            for record in self._records.values()
            for each in row.of_record(record)
            if any(named.get("reference") in known for named in found(each.now, paths))
        ]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield value["reference"]
        for each in value.values():
            yield from _references(each)
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)


def _opened(whole: Iterable[Record]) -> dict[str, int]:
    """Return which entry of the ledger opened each session."""
    return {
        each.id: each.chart.opened.seq for record in whole for each in record.sittings if each.chart.opened is not None
    }


def _place(opened: Mapping[str, int], resource: Resource) -> int:
    """Return where a resource stands among others for good: by its entry, so that what is new comes after all of them.

    Pages go on where the last one ended, also where somebody charts meanwhile.
    """
    resource_id = str(resource["id"])
    entry = records.OF_AN_ENTRY.fullmatch(resource_id)
    if resource_id in opened:
        return opened[resource_id]
    if resource["resourceType"] == "AuditEvent":
        return LAST
    return int(entry[1]) if entry is not None else 0


def _paged(resources: Sequence[Resource], search: Search) -> Page:
    """Return one page: in the order in which the ledger has them, so that what is new comes at the end."""
    matches = [each for each in resources if search.finds(each)]
    upto = search.offset + search.count
    onward = [("_offset", str(upto))] if upto < len(matches) else None
    return Page(matches=matches[search.offset : upto], total=len(matches), next=onward)


def _warnings(whole: Iterable[Record]) -> list[str]:
    """Say where entries of a record cannot be read: what is made of it may lack something."""
    return [
        f"{unread} entries of the record of Patient/{record.subject.id} cannot be read; something may be missing here."
        for record in whole
        if (unread := len(record.chart.unread) + sum(len(each.chart.unread) for each in record.sittings))
    ]
