"""What docs/set-up.md and docs/gateway.md say is done as they say it, from nothing."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest

from sereniv.clinic.demo.people import demo_id
from tests.backup.places import sftp
from tests.durability.guide import GUIDE, HOST, added, asked, commands_in, made, printed_in, run, started, stopped
from tests.durability.homes import Server
from tests.operating.outside import mailbox
from tests.staged import ROOT, copied_home, environment

pytestmark = pytest.mark.slow


def test_a_clinic_is_set_up_as_the_guide_says(place: Path) -> None:
    home = place / "clinic"
    (serve,), commands = commands_in(1, home=home), commands_in(2, home=home)
    early = subprocess.run(
        [sys.executable, "-m", "sereniv", *commands[0]],
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
    for command in commands:
        run(command)
    process, port, said = started(serve)
    assert "Nobody works here yet" not in said
    assert asked(port, "/health") == 200
    stopped(process)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def signs_in_through(port: int, root: Path, username: str, password: str) -> tuple[int, str]:
    """Sign in over TLS as a browser that trusts the proxy's own root; return status and where they begin."""
    trusting = ssl.create_default_context(cafile=str(root))

    def ask(method: str, path: str, body: str = "", **headers: str) -> tuple[http.client.HTTPResponse, str]:
        door = socket.create_connection(("127.0.0.1", port))
        with closing(http.client.HTTPConnection(HOST)) as connection:
            connection.sock = trusting.wrap_socket(door, server_hostname=HOST)
            connection.request(method, path, body, _named(headers))
            answer = connection.getresponse()
            return answer, answer.read().decode()

    page, words = ask("GET", "/sign-in/")
    assert page.status == 200
    cookies = page.headers.get_all("Set-Cookie") or []
    assert all("Secure" in each for each in cookies)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', words)
    assert token
    typed = urlencode({"csrfmiddlewaretoken": token[1], "login": username, "password": password})
    form = {"Content_Type": "application/x-www-form-urlencoded", "Referer": f"https://{HOST}/sign-in/"}
    sent = "; ".join(each.partition(";")[0] for each in cookies)
    answer, _ = ask("POST", "/sign-in/", typed, Cookie=sent, **form)
    kept = "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie") or [])
    begins, _ = ask("GET", answer.headers["Location"] or "/sign-in/", Cookie=kept)
    return answer.status, begins.headers["Location"] or ""


def test_the_printed_proxy_ends_tls_and_lets_the_first_administrator_in(place: Path) -> None:
    caddy = shutil.which("caddy")
    if caddy is None:
        pytest.skip("no Caddy here: install it to try what docs/set-up.md prints for it")
    home = place / "clinic"
    (serve,), (administrator, *_) = commands_in(1, home=home), commands_in(2, home=home)
    made(serve)
    code = added(administrator)
    process, port, _ = started(serve)
    (printed,) = printed_in(3)
    assert "`tls internal` as the first line within the braces" in GUIDE.replace("\n", " ")
    with socket.socket() as http_door, socket.socket() as tls_door:
        http_door.bind(("127.0.0.1", 0))
        tls_door.bind(("127.0.0.1", 0))
        plain, secure = http_door.getsockname()[1], tls_door.getsockname()[1]
    store = place / "caddy"
    ports = f" admin off\n skip_install_trust\n http_port {plain}\n https_port {secure}\n"
    own = f"{{\n{ports} storage file_system {store}\n}}\n"
    recipe = printed.replace("{\n", "{\n    tls internal\n", 1).replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    (place / "Caddyfile").write_text(own + recipe, encoding="utf-8")
    proxy = subprocess.Popen(
        [caddy, "run", "--config", str(place / "Caddyfile")],
        env={**os.environ, "HOME": str(place), "XDG_CONFIG_HOME": str(place)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert proxy.stderr is not None
        said = []
        for line in proxy.stderr:
            said.append(line)
            if "certificate obtained successfully" in line:
                break
        assert proxy.poll() is None, "".join(said)
        root = store / "pki" / "authorities" / "local" / "root.crt"
        assert signs_in_through(secure, root, administrator[1], "not the code")[0] == 200
        status, leads_to = signs_in_through(secure, root, administrator[1], code)
        assert (status, leads_to) == (302, "/me/password/")
        assert signs_in_through(secure, root, administrator[1], code)[0] == 200, "a first code lets in once"
    finally:
        proxy.terminate()
        proxy.communicate(timeout=60)
        stopped(process)


def test_a_home_goes_to_another_disk_and_comes_back_by_the_printed_commands(place: Path) -> None:
    home, backups, key, noted = place / "clinic", place / "backups", place / "backup-key.txt", place / "noted.txt"
    (serve,), (administrator, *_) = commands_in(1, home=home), commands_in(2, home=home)
    made(serve)
    run(administrator)
    backups.mkdir()
    commands = commands_in(9, home=home, backups=backups, key=key, noted=noted)
    backup, (*key_of, into, key_file), restore, change_key, elsewhere = commands
    assert (into, key_file) == (">", str(key))
    assert "to entry" in run(backup)
    key.write_text(run(key_of), encoding="utf-8")
    with closing(sqlite3.connect(home / "sereniv.db")) as database:
        seq, digest = database.execute("SELECT seq, hash FROM records_ledgerhead").fetchone()
    noted.write_text(f"{seq} {digest}\n", encoding="utf-8")
    home.rename(place / "burnt")
    restored = run(restore)
    assert "sound" in restored
    assert f"the latest at entry {seq} of {seq}" in restored
    assert "ound" in run(["verify", "--home", str(home)])
    assert "backup" in run(change_key)
    assert run(key_of).strip() not in key.read_text(encoding="utf-8")
    with sftp(place / "server") as far:
        (place / "access.toml").write_text(far.access, encoding="utf-8")
        there = {"sftp://sereniv@backups.example/clinic": far.address, "access.toml": str(place / "access.toml")}
        assert "charts opened" in run([there.get(word, word) for word in elsewhere])
    process, port, said = started(serve)
    assert "Nobody works here yet" not in said
    assert asked(port, "/health") == 200
    stopped(process)


def test_whoever_runs_the_server_is_told_by_the_printed_commands(place: Path) -> None:
    home, elsewhere = place / "clinic", place / "elsewhere"
    elsewhere.mkdir()
    (serve,) = commands_in(1, home=home)
    made(serve)
    with mailbox() as box:
        mail = f"127.0.0.1:{box.port}"
        doctor, alarms, heads = commands_in(10, home=home, elsewhere=elsewhere, mail=mail)
        said = run(doctor)
        assert "look alarms: Nobody is told" in said
        assert "ok   ledger:" in said
        # The mail server of this test has no certificate.
        assert "Delivered by mail to ada@clinic.example" in run(alarms, "--mail-security", "none")
        assert box.letters[0]["Subject"] == "Sereniv, trial: trial"
    assert "Checkpoints: mail to notary@town.example; folder" in run(heads)
    assert "Told by mail to ada@clinic.example." in run(doctor)


def test_everything_leaves_and_comes_into_another_home_by_the_printed_commands(place: Path) -> None:
    home, another, everything, key = place / "clinic", place / "another", place / "all.age", place / "backup-key.txt"
    (serve,) = commands_in(1, home=home)
    made(serve)
    leaves, comes = commands_in(11, home=home, another=another, all=everything, key=key)
    said = run(leaves)
    key.write_text(run(["backup-key", "--home", str(home)]), encoding="utf-8")
    head = re.search(r"to entry (\d+)", said)
    assert head
    assert f"\n{head[1]} " in run(comes)
    assert "ound" in run(["verify", "--home", str(another)])


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
    without = [*script, "--session", demo_id("no-such-session").hex]
    assert (
        "Refused (404): There is no such address."
        in subprocess.run(without, capture_output=True, text=True, check=False).stderr
    )
    script[script.index("--home") + 1] = str(place)
    homeless = subprocess.run([*script, "--session", "x"], capture_output=True, text=True, check=False)
    assert "is no home that can be read here" in homeless.stderr
    server.stop()
