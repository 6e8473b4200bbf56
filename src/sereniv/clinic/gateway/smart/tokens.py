"""Tokens: sealed by the home, good for some minutes, and never for more than the app may read when it asks."""

import json
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken

from sereniv.clinic.accounts.keys import opened_token, sealed_token
from sereniv.clinic.gateway.smart.assertions import mark_of
from sereniv.clinic.records.house_events import AppEntered
from sereniv.clinic.workflows.admin import apps
from sereniv.exchange.fhir.scopes import is_within

LONGEST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An app that asks with a token, and what it may read now: what it was given, less what was taken away since."""

    app: AppEntered
    scopes: tuple[str, ...]

    @property
    def recorder(self) -> str:
        """By what name its looks are kept."""
        return apps.recorder_of(self.app.app)


def token_for(app_id: str, key_mark: str, scopes: tuple[str, ...], until: datetime) -> str:
    """Make a token."""
    said = {"app": app_id, "key": key_mark, "scopes": scopes, "until": until.timestamp()}
    return sealed_token(json.dumps(said))


def caller_of(token: str, real_now: datetime) -> Caller | None:
    """Return who asks with a token; None where it is none of ours, has ended, or its app or key is let in no more."""
    if len(token) > LONGEST or not token.isascii():
        return None
    try:
        said = json.loads(opened_token(token))
    except (InvalidToken, ValueError):
        return None
    app = apps.app(str(said["app"]))
    if app is None or not app.is_active or real_now.timestamp() >= said["until"]:
        return None
    if said["key"] not in map(mark_of, app.keys):
        return None
    return Caller(app=app, scopes=tuple(each for each in said["scopes"] if is_within(each, app.scopes)))
