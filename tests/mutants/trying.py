"""Tries each fault in a process of its own: a copy of one that has read everything and run the tests once."""

import os
import resource
import shutil
import signal
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from tests.mutants.faults import Fault
from tests.mutants.inserting import Living

SURVIVED, KILLED, OUT_OF_TIME, NOT_REACHED = "survived", "killed", "out of time", "not reached"
PROCESSOR_TIMES = 6
"""A fault that makes its tests take so many times their processor time has been noticed."""
AT_LEAST_S = 20
WALL_TIMES = 15
"""Where a fault makes a test wait for ever, its wall time ends it."""
MOST_MEMORY = 6 * 2**30

Line = tuple[str, int]


@dataclass(slots=True)
class Reached:
    """Which test ran which lines, and how much processor time each took."""

    tests: dict[Line, set[int]] = field(default_factory=lambda: defaultdict(set))
    seconds: dict[int, float] = field(default_factory=dict)

    def of(self, fault: Fault, every: int) -> list[int]:
        """Return the tests that run a line of the fault, the quickest first; of a table, every test."""
        if not fault.function:
            return sorted(range(every), key=self.seconds.__getitem__)
        found = set().union(*(self.tests.get((str(fault.file), line), set()) for line in fault.lines))
        return sorted(found, key=self.seconds.__getitem__)


@dataclass(slots=True)
class Trial:
    """A plugin that runs every test once, then every fault against the tests that reach it."""

    files: frozenset[str]
    faults: Sequence[Fault]
    told: Callable[[Fault, str, str, float], None]
    said: Callable[[str], None]
    patience_s: float = 20
    failed: bool = False
    reached: Reached = field(default_factory=Reached)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a test failed."""
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the tests once as they are, then the faults."""
        if session.testsfailed:
            raise session.Interrupted("the tests cannot be read")
        self._as_it_is(session.items)
        living = Living(self.files)
        for fault in self.faults:
            self._try(fault, living, session.items)
        return True

    def _as_it_is(self, items: Sequence[pytest.Item]) -> None:
        for number, item in enumerate(items):
            self.said(f"{number + 1} of {len(items)} tests run as they are")
            began = time.process_time()
            with self._traced(number):
                reports = runtestprotocol(item, nextitem=items[(number + 1) % len(items)], log=False)
            self.reached.seconds[number] = time.process_time() - began
            broken = next((each for each in reports if each.failed), None)
            if broken is not None:
                raise pytest.UsageError(f"{item.nodeid} fails without any fault:\n{broken.longreprtext}")

    @contextmanager
    def _traced(self, number: int) -> Iterator[None]:
        files, tests = self.files, self.reached.tests

        def inside(frame: FrameType, event: str, argument: object) -> Any:
            if event == "line":
                tests[frame.f_code.co_filename, frame.f_lineno].add(number)
            return inside

        def called(frame: FrameType, event: str, argument: object) -> Any:
            return inside if frame.f_code.co_filename in files else None

        threading.settrace(called)
        sys.settrace(called)
        try:
            yield
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def _try(self, fault: Fault, living: Living, items: Sequence[pytest.Item]) -> None:
        numbers = self._patiently(self.reached.of(fault, len(items)))
        if not numbers:
            self.told(fault, NOT_REACHED, "", 0.0)
            return
        began = time.monotonic()
        expected = sum(self.reached.seconds[each] for each in numbers)
        _close_database()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _in_child(fault, living, [items[each] for each in numbers], writing, expected, self)
        os.close(writing)
        outcome, by = _wait(child, reading, max(AT_LEAST_S, expected * WALL_TIMES))
        self.told(fault, outcome, by, time.monotonic() - began)

    def _patiently(self, numbers: Sequence[int]) -> list[int]:
        """Return the quickest tests that together take no longer than is waited for one fault; at least one."""
        total, chosen = 0.0, []
        for each in numbers:
            total += self.reached.seconds[each]
            if chosen and total > self.patience_s:
                break
            chosen.append(each)
        return chosen


def _close_database() -> None:
    """Close the connections, so that a copy of this process opens its own."""
    from django.db import connections

    for each in connections.all(initialized_only=True):
        each.close()


def _own_database() -> None:
    """Let this process write to a database of its own: one that it spoils, or leaves locked, is nobody else's."""
    from django.conf import settings
    from django.db import connections

    kept = Path(connections["default"].settings_dict["NAME"])
    if not kept.exists():
        return
    own = kept.with_name(f"fault-{os.getpid()}.db")
    shutil.copyfile(kept, own)
    connections["default"].settings_dict["NAME"] = str(own)
    settings.DATABASES["default"]["NAME"] = str(own)


def _in_child(
    fault: Fault, living: Living, items: Iterable[pytest.Item], writing: int, expected: float, trial: Trial
) -> None:
    """Run the tests with the fault, say which of them failed first, and end."""
    code = 3
    with suppress(BaseException):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        most = int(max(AT_LEAST_S, expected * PROCESSOR_TIMES))
        resource.setrlimit(resource.RLIMIT_CPU, (most, most + 5))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        _own_database()
        living.insert(fault)
        chosen = list(items)
        code = 0
        for number, item in enumerate(chosen):
            reports = runtestprotocol(item, nextitem=chosen[(number + 1) % len(chosen)], log=False)
            if any(each.failed for each in reports):
                os.write(writing, item.nodeid.encode())
                code = 1
                break
    for each in Path("/tmp").glob(f"sereniv-*/fault-{os.getpid()}.db*"):
        each.unlink(missing_ok=True)
    os._exit(code)


def _wait(child: int, reading: int, most_s: float) -> tuple[str, str]:
    """Wait for a trial to end; whoever does not end is ended."""
    until = time.monotonic() + most_s
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return OUT_OF_TIME, ""
        time.sleep(0.005)
    with os.fdopen(reading, "rb") as pipe:
        by = pipe.read().decode()
    if os.WIFSIGNALED(status):
        return OUT_OF_TIME, ""
    return {0: SURVIVED, 1: KILLED}.get(os.WEXITSTATUS(status), KILLED), by
