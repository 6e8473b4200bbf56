"""The tables: the ledger, what monitors sent, what is derived for lists, and what merely is (people, chairs)."""

from sereniv.clinic.records.look_row import LookRow
from sereniv.clinic.records.models.clinic import Chair, ClinicDetails, OnCall, Room
from sereniv.clinic.records.models.devices import Device, DeviceMessage, SampleWord, SetAsideRow
from sereniv.clinic.records.models.ledger import Entry, LedgerHead, SampleRow
from sereniv.clinic.records.models.people import Enquiry, EnquiryMark, Id, InTheRegister, Invitation, Person
from sereniv.clinic.records.models.projected import (
    CLOSED_PHASES,
    OPEN_PHASES,
    AppointmentRow,
    DerivedRow,
    LetGoRow,
    ListedRow,
    SessionRow,
    VialRow,
)

__all__ = [
    "CLOSED_PHASES",
    "OPEN_PHASES",
    "AppointmentRow",
    "Chair",
    "ClinicDetails",
    "DerivedRow",
    "Device",
    "DeviceMessage",
    "Enquiry",
    "EnquiryMark",
    "Entry",
    "Id",
    "InTheRegister",
    "Invitation",
    "LedgerHead",
    "LetGoRow",
    "ListedRow",
    "LookRow",
    "OnCall",
    "Person",
    "Room",
    "SampleRow",
    "SampleWord",
    "SessionRow",
    "SetAsideRow",
    "VialRow",
]
