"""The register: people, enquiries, and links for a phone."""

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models

from sereniv.therapy.person.chart import Registered
from sereniv.therapy.person.names import Identity, sought, sought_digits
from sereniv.therapy.person.sender import Sender, tells

Id = uuid.UUID | str
"""The id of a person, session or vial, as a value or as written in a stream's name."""


class InTheRegister(models.Manager["Person"]):
    """Everybody in the register; whoever was erased by law is in nobody's list, search or count."""

    def get_queryset(self) -> models.QuerySet["Person"]:
        """Leave out whoever was erased."""
        return super().get_queryset().filter(erased_at=None)


class Person(models.Model):
    """Somebody treated here: what merely is. What was done or decided stands in their stream."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    family_name = models.CharField(max_length=80)
    """The family name, or the only name of somebody who has one."""
    given_names = models.CharField(max_length=120, blank=True)
    born = models.DateField()
    sex_at_birth = models.CharField(max_length=10)
    phone = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    indication = models.CharField(max_length=20, default="depression")
    registered_at = models.DateTimeField()
    joined_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")
    """The record that this one was joined into, None where it stands by itself: a projection of both streams."""
    erased_at = models.DateTimeField(null=True, blank=True)
    erased_number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    """The number under which stays what the law keeps of somebody who was erased."""
    sought_name = models.TextField(default="", editable=False)
    sought_phone = models.CharField(max_length=40, default="", editable=False)
    """Name and telephone number as they are looked for, written with every change of either (`names.sought`)."""

    objects = InTheRegister()
    everybody = models.Manager["Person"]()

    class Meta:
        """Lists read by name."""

        ordering: ClassVar = ["family_name", "given_names", "born"]
        indexes: ClassVar = [
            models.Index(
                fields=("joined_into", "family_name", "given_names", "born"),
                condition=models.Q(erased_at=None),
                name="people_by_name",
            )
        ]

    def __str__(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()

    def save(self, *, update_fields: Iterable[str] | None = None, **keywords: Any) -> None:
        """Keep what is looked for beside what is shown."""
        self.sought_name, self.sought_phone = sought(str(self)), sought_digits(self.phone)
        changed = None if update_fields is None else {*update_fields, "sought_name", "sought_phone"}
        super().save(update_fields=changed, **keywords)

    @property
    def listed(self) -> str:
        """The name as a list in order of family names has it."""
        return ", ".join(part for part in (self.family_name, self.given_names) if part)

    @property
    def initials(self) -> str:
        """First letters, for the board."""
        return "".join(f"{part[:1]}." for part in (self.given_names, self.family_name) if part)

    @property
    def identity(self) -> Identity:
        """What tells this person from another."""
        return Identity(family_name=self.family_name, given_names=self.given_names, born=self.born, phone=self.phone)

    @property
    def registered(self) -> Registered:
        """What concerns read of the register."""
        return Registered(born=self.born, sex_at_birth=self.sex_at_birth, indication=self.indication)


class Enquiry(models.Model):
    """What somebody from outside wrote to the clinic, kept as they wrote it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=120)
    reach = models.CharField(max_length=200)
    born = models.CharField(max_length=40, blank=True, default="")
    """Their date of birth as they wrote it, which may be none."""
    referred_by = models.CharField(max_length=200, blank=True, default="")
    """Who sent them, as they wrote it."""
    message = models.TextField(max_length=2000, blank=True)
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=40, blank=True)

    class Meta:
        """New ones first, the longest waiting at the top; then those answered, latest first."""

        ordering: ClassVar = [models.F("answered_at").desc(nulls_first=True), "received_at"]

    def __str__(self) -> str:
        return f"enquiry {self.pk}"

    def save(self, **keywords: Any) -> None:
        """Keep what is looked for beside what they wrote."""
        super().save(**keywords)
        self.mark_anew()

    def mark_anew(self) -> None:
        """Write by which marks another enquiry of the same person finds this one."""
        EnquiryMark.objects.filter(enquiry=self).delete()
        EnquiryMark.objects.bulk_create(EnquiryMark(enquiry=self, mark=each) for each in sorted(tells(self.sender)))

    @property
    def sender(self) -> Sender:
        """Who wrote it, as far as it says."""
        return Sender(name=self.name, reach=self.reach, born=self.born)


class EnquiryMark(models.Model):
    """One of the marks by which another enquiry of the same person is looked for: a number, a day, a name."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="marks")
    mark = models.TextField()

    class Meta:
        """Found by the mark, however many were ever written."""

        indexes: ClassVar = [models.Index(fields=["mark"], name="enquiry_found_by_mark")]

    def __str__(self) -> str:
        return f"mark of {self.enquiry_id}"


class Invitation(models.Model):
    """A link with which somebody may answer questionnaires on their own phone; of its token only a digest is kept.

    `drafts` holds answers not sent yet by scale; a suicide item is never among them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="invitations")
    token_digest = models.CharField(max_length=64, unique=True)
    scales = models.CharField(max_length=400)
    until = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    withdrawn_at = models.DateTimeField(null=True)
    drafts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def scale_ids(self) -> tuple[str, ...]:
        """The scales it asks, in order."""
        return tuple(self.scales.split(","))
