"""A browser without a screen: cookies, CSRF and forms over plain HTTP."""

from __future__ import annotations

import http.client
import socket
from http.cookies import SimpleCookie
from urllib.parse import urlencode

TIMEOUT_S = 30.0


class Browser:
    """Keeps its cookies over restarts of the server, as a tablet does."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page."""
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> tuple[int, str]:
        """Send a form."""
        return self._ask("POST", path, form)

    def sign_in(self, username: str, password: str) -> None:
        """Sign in; fails where that is refused."""
        self.get("/sign-in/")
        status, page = self.post("/sign-in/", {"login": username, "password": password})
        assert status == 302, page

    def begin_post(self, path: str, form: dict[str, str]) -> socket.socket:
        """Send a form and return the socket on which the answer will come."""
        body = urlencode(form).encode()
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in self._headers(form).items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)
        connection.sendall("\r\n".join(lines).encode() + body)
        return connection

    def open_stream(self) -> socket.socket:
        """Open the live stream and return its socket once the first tick came."""
        connection = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_S)
        cookie = self._headers(None)["Cookie"]
        asked = f"GET /live/ticks HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {cookie}\r\n\r\n"
        connection.sendall(asked.encode())
        heard = b""
        while b"event:" not in heard:
            more = connection.recv(4096)
            assert more, f"the stream was refused: {heard!r}"
            heard += more
        return connection

    def _headers(self, form: dict[str, str] | None) -> dict[str, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self._cookies.get("csrftoken", "")
        return headers

    def _ask(self, method: str, path: str, form: dict[str, str] | None) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            body = urlencode(form) if form is not None else None
            connection.request(method, path, body, self._headers(form))
            answer = connection.getresponse()
            for value in answer.headers.get_all("Set-Cookie") or []:
                self._cookies.update({name: morsel.value for name, morsel in SimpleCookie(value).items()})
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
