#!/usr/bin/env python3
"""The one door on a fresh machine: needs Python 3.11 and nothing else.

    python3 run.py                 run the demo clinic (the same as `python3 run.py serve`)
    python3 run.py test            run every test, browser included (`--help` lists the options)
    python3 run.py benchmark NAME  measure and print a table (`--help` lists the names)
    python3 run.py mutants ROOM    put small faults into a room and count how many its tests notice
    python3 run.py COMMAND ...     any command of the `sereniv` command line (`python3 run.py --help`)

On its first run it makes `.venv` beside this file from the lock file: with uv where uv is on the
PATH, otherwise (or when uv fails) with venv and pip, every archive checked against its hash. The
environment of before is set aside until the new one is whole, and put back where it cannot be made.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BEFORE = ROOT / ".venv-before"
"""The environment of before while a new one is made in its place: once filled, an environment cannot be moved."""
STAMP = VENV / ".sereniv-stamp"
LOCKED_FILES = ("pyproject.toml", "uv.lock", "requirements/runtime.txt", "requirements/dev.txt")
OLDEST_PYTHON = (3, 11)
DEVELOPERS = {
    "test": ROOT / "tests" / "run_tests.py",
    "benchmark": ROOT / "benchmarks",
    "mutants": ROOT / "tests" / "mutants",
}
"""Commands that need the development environment, and what runs them; all others are the product's own."""


def main() -> int:
    """Make the environment where it is missing or out of date, then hand over to it."""
    if sys.version_info < OLDEST_PYTHON:
        wanted = ".".join(map(str, OLDEST_PYTHON))
        print(f"Sereniv needs Python {wanted} or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
        return 2
    arguments = sys.argv[1:]
    developer = DEVELOPERS.get(arguments[0]) if arguments else None
    if not ensure_environment("dev" if developer else "runtime"):
        return 2
    target = [str(developer), *arguments[1:]] if developer else ["-m", "sereniv", *arguments]
    command = [str(environment_python()), *target]
    environment = clean_environment()
    environment["PYTHONPATH"] = str(ROOT / "src")
    if os.name == "nt":
        return subprocess.run(command, env=environment, check=False).returncode
    os.execve(command[0], command, environment)
    return 0


def environment_python() -> Path:
    """Return the interpreter inside the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def clean_environment() -> dict[str, str]:
    """Return our variables, less those that would slow or redirect the environment's own."""
    unwanted = {"PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in unwanted}


def wanted_stamp(kind: str) -> str:
    """Return a digest of what the environment is made from: kind, interpreter and every locked file."""
    digest = hashlib.sha256(f"{kind} {sys.version}".encode())
    for name in LOCKED_FILES:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def ensure_environment(kind: str) -> bool:
    """Make or mend the environment; True when it can be used.

    A development environment also serves to run. The stamp is written last, so that an interrupted
    start is noticed and mended by the next one.
    """
    stamps = {wanted_stamp(kind), wanted_stamp("dev")}
    if STAMP.is_file() and STAMP.read_text(encoding="utf-8") in stamps and environment_python().exists():
        return True
    print(f"Preparing the {kind} environment in {VENV} (once, some seconds to a minute) ...", flush=True)
    if not set_aside():
        return False
    made = False
    try:
        made = make_with_uv(kind) or make_with_pip(kind)
        if made:
            STAMP.write_text(wanted_stamp(kind), encoding="utf-8")
    finally:
        if not made:
            put_back()
    discard(BEFORE)
    return made


def set_aside() -> bool:
    """Make room for a new environment; False where something holds the old one fast.

    What an interrupted making left is no environment: the one that it had set aside stays the one of before.
    """
    if BEFORE.is_dir():
        discard(BEFORE if STAMP.is_file() else VENV)
    if not VENV.is_dir() or BEFORE.is_dir():
        discard(VENV)
        return True
    try:
        VENV.rename(BEFORE)
    except OSError as problem:
        print(f"{VENV} is in use ({problem}). Stop what runs in it and run again.", file=sys.stderr)
        return False
    return True


def put_back() -> None:
    """Let the environment of before be the one again, for the version of the program that it was made for."""
    discard(VENV)
    if BEFORE.is_dir():
        BEFORE.rename(VENV)
        print("The environment of before is kept: the version that it was made for still runs.", file=sys.stderr)


def discard(folder: Path) -> None:
    """Remove an environment; of one that is a link, the link alone."""
    if folder.is_symlink():
        folder.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)


def base_python() -> str:
    """Return the interpreter to make the environment from: never one that lies in it, and goes with it."""
    if Path(sys.prefix).resolve() != VENV.resolve() and Path(sys.prefix).resolve() != BEFORE.resolve():
        return sys.executable
    return str(getattr(sys, "_base_executable", sys.executable))


def make_with_uv(kind: str) -> bool:
    """Use uv where it is on the PATH; False when it is absent or fails."""
    uv = shutil.which("uv")
    if uv is None:
        return False
    groups = ["--no-dev"] if kind == "runtime" else ["--group", "dev"]
    command = [uv, "sync", "--locked", "--no-install-project", "--compile-bytecode", "--quiet", *groups]
    command += ["--python", base_python()]
    environment = {**clean_environment(), "UV_PYTHON_DOWNLOADS": "never", "UV_PROJECT_ENVIRONMENT": str(VENV)}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0:
        return True
    print("uv could not make the environment; trying venv and pip instead.", file=sys.stderr)
    return False


def make_with_pip(kind: str) -> bool:
    """Make a fresh environment with the standard library's venv, filled by pip from hashed requirements."""
    discard(VENV)
    made = subprocess.run([base_python(), "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        print(missing_venv_advice(made.stdout + made.stderr), file=sys.stderr)
        return False
    requirements = ROOT / "requirements" / f"{kind}.txt"
    command = [str(environment_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--require-hashes", "--only-binary=:all:", "-r", str(requirements)]
    if subprocess.run(command, env=clean_environment(), check=False).returncode == 0:
        return True
    print(
        "pip could not install the locked packages. Look at its message above: most often the network or a\n"
        "proxy's certificate (set PIP_CERT to your organisation's certificate file) is the cause. Run again to retry.",
        file=sys.stderr,
    )
    return False


def missing_venv_advice(output: str) -> str:
    """Say what to install where Python comes without a working venv."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return (
        f"{output.strip()}\n\nThis Python cannot make a virtual environment. Install the missing part and run again:\n"
        f"  Debian, Ubuntu:  sudo apt install python{version}-venv   (or python3-venv)\n"
        "  others:          install Python from python.org, which brings venv with it"
    )


if __name__ == "__main__":
    sys.exit(main())
