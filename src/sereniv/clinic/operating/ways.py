"""The ways out of the house: a mail, a webhook. Each brings one message or says why it did not."""

import json
import smtplib
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any

from sereniv.clinic.operating.plan import Plan, host_and_port

WITHIN_S = 20.0


class NotDeliveredError(RuntimeError):
    """Something did not leave the house; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is told: a subject and words for people, `content` for programs, `files` by name beside a mail."""

    subject: str
    words: str
    content: dict[str, Any]
    at: datetime
    files: tuple[tuple[str, str], ...] = ()
    identity: str = ""
    """The same when the same is sent once more, so that whoever gets it twice can tell; "" where each is its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way out: what it is called, and what sends a message along it; raises NotDeliveredError."""

    name: str
    send: Callable[[Message], None]


def ways_of_alarms(plan: Plan) -> tuple[Way, ...]:
    """Return every way by which alarms go."""
    return (*_mail(plan, plan.alarms_to), *_hook(plan, plan.alarms_hook))


def ways_of_heads(plan: Plan) -> tuple[Way, ...]:
    """Return every way by which checkpoints go as messages; the folder is no message."""
    return (*_mail(plan, plan.heads_to), *_hook(plan, plan.heads_hook))


def mail_to(plan: Plan, address: str) -> tuple[Way, ...]:
    """Return the way to one person's mailbox; none where no server takes mail from here."""
    return _mail(plan, (address,)) if address and plan.mail_server and plan.mail_sender else ()


def pager(plan: Plan) -> tuple[Way, ...]:
    """Return the way to the clinic's own pager, by which prompts at the chairs go; none where it has none."""
    return _hook(plan, plan.prompts_hook)


def folder_way(plan: Plan) -> str:
    """Return what the way of checkpoints into a folder is called."""
    return f"folder {plan.heads_folder}"


def of_alarms(way: Way) -> str:
    """Return under which name it is remembered how alarms went a way: checkpoints that go it fail apart."""
    return f"alarms by {way.name}"


def _mail(plan: Plan, to: Sequence[str]) -> tuple[Way, ...]:
    return (Way(name=f"mail to {', '.join(to)}", send=lambda message: _by_mail(plan, to, message)),) if to else ()


def _hook(plan: Plan, address: str) -> tuple[Way, ...]:
    named = f"webhook {address}"
    return (Way(name=named, send=lambda message: _by_hook(plan, address, message)),) if address else ()


def _by_mail(plan: Plan, to: Sequence[str], message: Message) -> None:
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = message.subject, plan.mail_sender, ", ".join(to)
    letter["Date"] = format_datetime(message.at)
    domain = plan.mail_sender.rpartition("@")[2]
    letter["Message-ID"] = f"<{message.identity}@{domain}>" if message.identity else make_msgid(domain=domain)
    letter["Auto-Submitted"] = "auto-generated"
    letter.set_content(message.words)
    for name, text in message.files:
        letter.add_attachment(text, filename=name)
    host, port = host_and_port(plan.mail_server)
    secured = ssl.create_default_context()
    try:
        with (
            smtplib.SMTP_SSL(host, port, timeout=WITHIN_S, context=secured)
            if plan.mail_security == "tls"
            else smtplib.SMTP(host, port, timeout=WITHIN_S)
        ) as server:
            if plan.mail_security == "starttls":
                server.starttls(context=secured)
            if plan.mail_user:
                server.login(plan.mail_user, plan.mail_password)
            refused = server.send_message(letter)
    except (OSError, smtplib.SMTPException) as error:
        raise NotDeliveredError(f"{plan.mail_server} did not take the mail ({type(error).__name__}).") from error
    if refused:
        raise NotDeliveredError(f"{plan.mail_server} did not take the mail to {', '.join(refused)}.")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A webhook is where it was said to be: a token is not carried on to another place."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


def _by_hook(plan: Plan, address: str, message: Message) -> None:
    headers = {"Content-Type": "application/json"}
    if plan.hook_token:
        headers["Authorization"] = f"Bearer {plan.hook_token}"
    known_by = {"id": message.identity} if message.identity else {}
    told = {"subject": message.subject, "at": message.at.isoformat(), **known_by, **message.content}
    body = json.dumps(told).encode()
    asked = urllib.request.Request(address, body, headers, method="POST")  # noqa: S310  http and https alone, by the plan
    try:
        with urllib.request.build_opener(_NoRedirect).open(asked, timeout=WITHIN_S):
            return
    except urllib.error.HTTPError as error:
        raise NotDeliveredError(f"{address} answered {error.code}.") from error
    except (OSError, ValueError) as error:
        raise NotDeliveredError(f"{address} could not be reached ({type(error).__name__}).") from error
