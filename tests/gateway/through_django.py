"""Clients that others wrote, sent to the pages of this process: what they put on the wire, without a wire."""

from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from requests.adapters import BaseAdapter


class ThroughDjango(BaseAdapter):
    """Carries a prepared request to Django, and its answer back."""

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        parts = urlsplit(str(request.url))
        body = request.body.encode() if isinstance(request.body, str) else (request.body or b"")
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        answer = Client().generic(
            str(request.method),
            f"{parts.path}?{parts.query}" if parts.query else parts.path,
            body,
            headers.pop("Content-Type", "application/octet-stream"),
            headers={**headers, "host": parts.netloc},
        )
        response = requests.Response()
        response.status_code, response.url, response.request = answer.status_code, str(request.url), request
        response.headers.update(dict(answer.items()))
        response.raw = BytesIO(b"".join(answer.streaming_content) if answer.streaming else answer.content)
        response.encoding = "utf-8"
        return response

    def close(self) -> None:
        """Nothing is open."""


def no_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """Send whatever `requests` is asked for to this process."""
    monkeypatch.setattr(requests.Session, "get_adapter", lambda *_, **__: ThroughDjango())
