"""What docs/set-up.md and docs/gateway.md say is done as they say it, from nothing."""

from __future__ import annotations

import http.client
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.durability.homes import Server
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow
HOST = "clinic.example"
LISTENS = re.compile(r"It listens on 127\.0\.0\.1:(\d+)")


def lines_of_the_guide(home: Path) -> list[list[str]]:
    guide = (ROOT / "docs" / "set-up.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", guide, re.DOTALL) for line in block.splitlines()]
    return [shlex.split(line.partition("python3 run.py ")[2].replace("/srv/sereniv", str(home))) for line in lines]


def started(arguments: list[str]) -> tuple[subprocess.Popen[str], int, str]:
    """Start the clinic as the guide does; return its process, port and what it said."""
    command = [sys.executable, "-m", "sereniv", *arguments, "--port", "0"]
    variables = environment(SERENIV_HOSTS=HOST)
    process = subprocess.Popen(command, env=variables, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl+C" in line:
            break
    found = LISTENS.search(said)
    assert found, said
    return process, int(found[1]), said


def stopped(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 0


def asked(port: int, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_clinic_is_set_up_as_the_guide_says(place: Path) -> None:
    home = place / "clinic"
    serve, *commands = lines_of_the_guide(home)
    early = subprocess.run(
        [sys.executable, "-m", "sereniv", *commands[0], "--password", "a long enough password"],
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert early.returncode == 1
    assert "serve --clinic" in early.stderr
    process, port, said = started(serve)
    assert "Nobody works here yet" in said
    assert f"Open https://{HOST}" in said
    assert "http://" not in said
    through_proxy = {"Host": HOST, "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
    assert asked(port, "/sign-in/", **through_proxy) == 200
    assert asked(port, "/sign-in/", Host=HOST) == 301
    token = {"Authorization": f"Bearer {(home / 'gateway.token').read_text()}"}
    session = f"/gateway/sessions/{demo_id('infusing-session')}/"
    assert asked(port, session, **token) == 404
    assert asked(port, session, **token, **through_proxy) == 403
    stopped(process)
    for number, command in enumerate(commands):
        password = ["--password", f"quiet {number} lanterns over snow"] if command[0] == "add-staff" else []
        done = subprocess.run(
            [sys.executable, "-m", "sereniv", *command, *password],
            env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    process, port, said = started(serve)
    assert "Nobody works here yet" not in said
    assert asked(port, "/health") == 200
    stopped(process)


def test_the_example_of_a_feed_runs_as_the_guide_says(place: Path) -> None:
    home = copied_home(place / "home")
    server = Server(home)
    port = server.port()
    script = [sys.executable, str(ROOT / "docs" / "gateway" / "send.py"), "--home", str(home), "--port", str(port)]
    sent = subprocess.run(
        [*script, "--session", str(demo_id("replayed-session"))], capture_output=True, text=True, check=False
    )
    assert sent.returncode == 0, sent.stderr
    assert sent.stdout.count("4 values of") == 3
    nowhere = subprocess.run(
        [*script, "--session", str(demo_id("no-such-session"))], capture_output=True, text=True, check=False
    )
    assert nowhere.returncode == 1
    assert "Refused (404): There is no such session." in nowhere.stderr
    server.stop()
