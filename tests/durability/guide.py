"""docs/set-up.md as it is printed: its commands, run from nothing."""

from __future__ import annotations

import http.client
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

from tests.staged import ROOT, environment

HOST = "clinic.example"
LISTENS = re.compile(r"It listens on 127\.0\.0\.1:(\d+)")


GUIDE = (ROOT / "docs" / "set-up.md").read_text(encoding="utf-8")


def printed_in(section: int) -> list[str]:
    """Return the printed blocks of one numbered section of docs/set-up.md, in their order."""
    text = re.split(r"^## ", GUIDE, flags=re.MULTILINE)[section]
    assert text.startswith(f"{section}. "), text
    return re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)


def commands_in(section: int, **places: Path | str) -> list[list[str]]:
    """Return the commands of one section as arguments, with `places` where the guide names folders of its own."""
    lines = [line for block in printed_in(section) for line in block.splitlines()]
    words = [shlex.split(line.partition("python3 run.py ")[2]) for line in lines]
    there = {"/srv/sereniv": "home", "/mnt/backups": "backups", "backup-key.txt": "key", "noted.txt": "noted",
             "/mnt/elsewhere": "elsewhere", "mail.example:587": "mail", "/mnt/elsewhere/all.age": "all",
             "/srv/another": "another"}  # fmt: skip
    return [[str(places[there[word]]) if word in there else word for word in line] for line in words]


def run(arguments: list[str], *more: str) -> str:
    """Run one command of the guide, which must go well, and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "sereniv", *arguments, *more],
        env=environment(), cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def added(command: list[str]) -> str:
    """Add somebody as the guide says, and return the first code that is printed for them."""
    said = run(command)
    found = re.search(r"with the code (\S+) as the password", said)
    assert found, said
    return found[1]


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
    """Stop it as Ctrl+C does; it must end in order."""
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 0


def asked(port: int, path: str, **headers: str) -> int:
    """Ask for a page as whoever sends these headers, and return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    status = connection.getresponse().status
    connection.close()
    return status


def made(serve: list[str]) -> None:
    """Make the home by its first start, and stop it once it answers."""
    process, port, _ = started(serve)
    assert asked(port, "/health") == 200
    stopped(process)
