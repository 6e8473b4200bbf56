"""Something that another record sent of somebody, in their inbox without going through the door."""

import json
import uuid
from datetime import datetime
from typing import Any, cast

from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.records.models import Person
from sereniv.clinic.workflows.inbox.receiving import receive
from sereniv.clinic.workflows.shell.in_force import rules_in_force
from sereniv.clinic.workflows.shell.this_clinic import home_zone
from sereniv.exchange.received.reading import said_by
from sereniv.exchange.received.sending import one
from tests.conftest import NOON
from tests.records.instances import INSTANCES

APP = cast("AppEntered", next(each for each in INSTANCES if isinstance(each, AppEntered)))


def sent(who: uuid.UUID, resource: dict[str, Any], now: datetime = NOON) -> int:
    """Receive a resource; returns the number of its entry."""
    read = one(
        json.dumps(resource).encode(), resource["resourceType"], "", "http://testserver/fhir",
        lambda each: said_by(each, rules_in_force(now), home_zone(), now.date()),
    )  # fmt: skip
    (receipt,) = receive(APP, [(read, Person.objects.get(pk=who))], now)
    return receipt.entry.stream_seq
