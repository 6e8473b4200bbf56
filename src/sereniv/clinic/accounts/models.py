"""The tables of people who work here and of the devices they signed in on."""

import re
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password, make_password
from django.db import models

from sereniv.clinic.accounts.keys import keyed
from sereniv.clinic.accounts.permissions import Permission, permissions_of

KEYED = "keyed$"
"""How the hash of a PIN begins that was hashed under the home's key."""

USERNAME_SHAPE = re.compile(r"[a-z][a-z0-9._-]{1,39}")
"""Plain letters alone: what stands in the ledger as a signature must not look like somebody else's."""


class StaffManager(BaseUserManager["Staff"]):
    """Makes and finds people who work here."""

    def create_user(self, username: str, password: str, **fields: Any) -> "Staff":
        """Add somebody with a password; raises ValueError for a name that could pass for another's or the ledger's."""
        if username.lower() == "system":
            raise ValueError("Nobody can be called system: that is how the ledger names itself.")
        if not USERNAME_SHAPE.fullmatch(username):
            raise ValueError("A user name is 2 to 40 letters a to z, digits and . _ -, beginning with a letter.")
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Staff(AbstractBaseUser):
    """Somebody who works here: name, roles, and a PIN for quick switching on a shared tablet."""

    username = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    roles = models.JSONField(default=list)
    pin_hash = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    co_signs_orders = models.BooleanField(default=True)
    let_in_by = models.CharField(max_length=40, blank=True)
    """Who let this person in, or gave them a new way in, last; "" from the command line and in homes of before."""
    new_until = models.DateTimeField(null=True, blank=True)
    """Until when the two do not sign together."""
    first_until = models.DateTimeField(null=True, blank=True)
    """Until when the password is a first code, which somebody else knows: it lets in once and signs nothing."""

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = StaffManager()

    def __str__(self) -> str:
        return self.full_name

    def may(self, permission: Permission) -> bool:
        """Say whether this person's roles allow something; co-signing also asks a nurse for the training."""
        granted = permissions_of(self.roles)
        if permission is Permission.CO_SIGN and not self.co_signs_orders and Permission.SIGN_ORDER not in granted:
            return False
        return self.is_active and permission in granted

    def is_new_for(self, other: "Staff", now: datetime) -> bool:
        """Say whether `other` let this person in so lately that nobody else need have met them yet."""
        return bool(self.let_in_by) and self.let_in_by == other.username and (self.new_until or now) > now

    def set_pin(self, pin: str) -> None:
        """Keep a PIN, under the home's key and hashed; the caller saves."""
        self.pin_hash = KEYED + make_password(keyed(pin))

    def check_pin(self, pin: str) -> bool:
        """Say whether this is the person's PIN; False where none is set. One kept without the key is kept with it."""
        if self.pin_hash.startswith(KEYED):
            return check_password(keyed(pin), self.pin_hash.removeprefix(KEYED))
        before = self.pin_hash
        right = bool(before) and check_password(pin, before)
        if right:
            self.set_pin(pin)
            Staff.objects.filter(pk=self.pk, pin_hash=before).update(pin_hash=self.pin_hash)
        return right


class Notice(models.Model):
    """Something that was changed of how somebody comes in or what they may do, until they have been told."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    at = models.DateTimeField()
    words = models.CharField(max_length=300)

    class Meta:
        """In the order in which it happened."""

        ordering: ClassVar = ["at", "id"]

    def __str__(self) -> str:
        return f"notice {self.pk}"


class Enrolment(models.Model):
    """Somebody signed in with their password on a device: from then on their PIN works there."""

    device = models.CharField(max_length=64)
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    at = models.DateTimeField()

    class Meta:
        """One row for each person and device."""

        constraints = (models.UniqueConstraint(fields=("device", "staff"), name="one_enrolment"),)

    def __str__(self) -> str:
        return f"{self.staff_id} on {self.device}"


class Duty(models.Model):
    """Somebody said that they are on duty: from then on they are told of prompts, until it ends by itself."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    begins = models.DateTimeField()
    ends = models.DateTimeField()

    class Meta:
        """In the order in which they began."""

        ordering: ClassVar = ["begins", "id"]

    def __str__(self) -> str:
        return f"{self.staff_id} until {self.ends}"


class PushDevice(models.Model):
    """A browser that takes messages for somebody, by the keys that it gave; taken out when they take it back."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE)
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    named = models.CharField(max_length=60)
    since = models.DateTimeField()

    class Meta:
        """In the order in which they came."""

        ordering: ClassVar = ["since", "id"]

    def __str__(self) -> str:
        return f"{self.named} of {self.staff_id}"


class ServiceSecret(models.Model):
    """What this clinic shows the service of another house by which staff sign in, sealed under the home's key."""

    issuer = models.CharField(max_length=300, unique=True)
    sealed = models.CharField(max_length=2000)

    def __str__(self) -> str:
        return f"secret for {self.issuer}"


class CalendarFeed(models.Model):
    """The link by which somebody's own calendar program reads when chairs are held; of its token a digest is kept."""

    staff = models.OneToOneField(Staff, on_delete=models.CASCADE)
    token_digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"calendar feed of {self.staff_id}"
