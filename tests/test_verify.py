"""The inspector's check: nine tamperings, many times, with an outside head and without; no false alarm."""

import ast
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sereniv import verify
from sereniv.clinic.accounts.seconds import SECOND_SIGNATURES, TwoPersonAct
from sereniv.clinic.records.codec import kinds
from sereniv.therapy.correction.erasable import KEPT_IN_SESSION
from sereniv.verify import COLUMNS, GENESIS, Head, Report, canonical, check, entry_hash, payload_hash

Row = dict[str, Any]
Ledger = list[Row]
ROUNDS = 40


def chained(rows: Ledger) -> Ledger:
    """Return the rows with every hash worked out anew, as somebody with the program could."""
    previous = GENESIS
    for row in rows:
        if row["payload"] is not None:
            row["payload_hash"] = payload_hash(row["salt"], row["payload"])
        row["hash"] = previous = entry_hash(previous, row)
    return rows


KINDS = (
    *((f"session/{number}", "RemarkCharted") for number in range(4)), ("person/1", "ScaleAnswered"),
    ("session/1", "RateChanged"), ("stock/1", "DrugDrawn"), ("home", "StandardSigned"), ("audit", "ViewsAudited"),
)  # fmt: skip
ERASABLE = KINDS[:5]
NEVER_ERASED = KINDS[5:]


def written(rows: Ledger, place: tuple[str, str], payload: object, **envelope: str) -> Row:
    """Write one more entry at the end of a ledger; its hashes are worked out by `chained`."""
    stream, kind = place
    seq = len(rows) + 1
    rows.append({
        "seq": seq, "stream": stream, "stream_seq": 1 + sum(row["stream"] == stream for row in rows),
        "at": f"2026-03-02T12:{seq % 60:02}:00+00:00", "recorded_at": "2026-03-02T12:00:00+00:00",
        "recorded_by": "nurse", "co_signed_by": "", "key": f"key-{seq}", "kind": kind, "version": 1,
        "payload": canonical(payload), "salt": f"{seq:032x}", **envelope,
    })  # fmt: skip
    return rows[-1]


def ledger(length: int, chance: np.random.Generator, mark: str = "", erased: int = 0) -> Ledger:
    """Return a ledger of every room, in which some entries were erased by law, as the program does it."""
    rows: Ledger = []
    for _ in range(length):
        written(rows, KINDS[chance.integers(len(KINDS))], {"text": f"{mark}{chance.integers(1000)}"})
    gone = [row for row in rows if (row["stream"], row["kind"]) in ERASABLE][:erased]
    for row in gone:
        erased_by(rows, row)
    chained(rows)
    for row in gone:
        blanked(row)
    return rows


def blanked(row: Row) -> None:
    row.update(payload=None, salt="")


def erased_by(rows: Ledger, row: Row, by: str = "director", co_signed_by: str = "admin", stream: str = "") -> Row:
    """Append the entry that names another one as erased."""
    content = {"basis": "GDPR Art. 17", "entries": [row["seq"]], "stream": stream or row["stream"]}
    return written(rows, ("home", verify.ERASURE), content, recorded_by=by, co_signed_by=co_signed_by)


def copied(rows: Ledger) -> Ledger:
    return [dict(row) for row in rows]


def renumbered(rows: Ledger) -> Ledger:
    """Close the gaps in the site's numbers and in each stream's, as a careful forger would."""
    ends: dict[str, int] = {}
    for seq, row in enumerate(rows, start=1):
        ends[row["stream"]] = ends.get(row["stream"], 0) + 1
        row["seq"], row["stream_seq"] = seq, ends[row["stream"]]
    return rows


Tampering = Callable[[Ledger, np.random.Generator], tuple[Ledger, tuple[int, int]]]
"""Returns the tampered ledger and the range of entries in which the fault lies."""


def edit(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows)))
    field = str(
        chance.choice(["payload", "at", "recorded_by", "co_signed_by", "kind", "recorded_at", "stream", "salt"])
    )
    rows[place][field] = "forged"
    return rows, (place + 1, place + 1)


def _one_of(rows: Ledger, chance: np.random.Generator, places: tuple[tuple[str, str], ...]) -> Row:
    """Choose an entry with content of some places; where the ledger has none, one is made of whatever is there."""
    found = [row for row in rows if (row["stream"], row["kind"]) in places and row["payload"] is not None]
    if not found:
        found = [written(rows, places[chance.integers(len(places))], {"text": "one more"})]
        chained(rows)
    return found[int(chance.integers(len(found)))]


def blank(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Take the content of any entry, as with `payload = NULL, salt = ''` in the file."""
    row = _one_of(rows, chance, KINDS)
    blanked(row)
    return rows, (row["seq"], row["seq"])


def blank_with_words(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Take the content of an entry that no law erases, and write an erasure of it that two signed, every hash right."""
    row = _one_of(rows, chance, NEVER_ERASED)
    erased_by(rows, row)
    chained(rows)
    blanked(row)
    return rows, (row["seq"], row["seq"])


def blank_alone(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Take the content of an entry by an erasure that one person signed, or one person twice, or the program."""
    row = _one_of(rows, chance, ERASABLE)
    by, other = [("director", ""), ("director", "director"), ("system", "admin"), ("admin", "public")][
        chance.integers(4)
    ]
    erased_by(rows, row, by, other)
    chained(rows)
    blanked(row)
    return rows, (row["seq"], row["seq"])


def blank_by_others(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Take the content of an entry by an erasure of two who work here and may not erase, or of one who has left."""
    roles = [("director", "medical director", True), ("admin", "administrator", chance.integers(2) == 0)]
    roles += [("nurse", "nurse", True), ("clara", "prescriber", True)]
    for name, role, active in roles:
        written(rows, ("staff", verify.STAFF_ENTERED), {"username": name, "roles": [role], "is_active": bool(active)})
    row = _one_of(rows, chance, ERASABLE)
    left = not roles[1][2]
    by, other = (
        ("director", "admin")
        if left
        else [("nurse", "clara"), ("director", "clara"), ("admin", "nurse")][chance.integers(3)]
    )
    erased_by(rows, row, by, other)
    chained(rows)
    blanked(row)
    return rows, (row["seq"], row["seq"])


def blank_under_another(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Take the content of an entry by an erasure of another stream, or by one that came before it."""
    row = _one_of(rows, chance, ERASABLE)
    if chance.integers(2):
        erased_by(rows, row, stream="person/2")
    else:
        later = {**row, "seq": len(rows) + 2}
        erased_by(rows, later)
        row = written(rows, (row["stream"], row["kind"]), {"text": "not said yet"})
    chained(rows)
    blanked(row)
    return rows, (row["seq"], row["seq"])


def blank_the_reason(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Erase an entry as the law has it, then take the words of the erasure."""
    row = _one_of(rows, chance, ERASABLE)
    reason = erased_by(rows, row)
    chained(rows)
    blanked(row)
    blanked(reason)
    return rows, (row["seq"], reason["seq"])


def blank_half(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Erase an entry, but keep the salt by which its content can be guessed."""
    row = _one_of(rows, chance, ERASABLE)
    erased_by(rows, row)
    chained(rows)
    row["payload"] = None
    return rows, (row["seq"], row["seq"])


def bring_back(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Put content back that was erased by law."""
    row = _one_of(rows, chance, ERASABLE)
    erased_by(rows, row)
    return chained(rows), (row["seq"], row["seq"])


def delete(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows) - 1))
    del rows[place]
    return (renumbered(rows) if chance.integers(2) else rows), (place + 1, place + 1)


def insert(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows) - 1))
    forged = dict(rows[place], payload='{"text":"forged"}')
    forged["payload_hash"] = payload_hash(forged["salt"], forged["payload"])
    forged["hash"] = entry_hash(rows[place - 1]["hash"] if place else GENESIS, forged)
    return renumbered([*rows[:place], forged, *rows[place:]]), (place + 1, place + 2)


def reorder(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows) - 1))
    rows[place], rows[place + 1] = rows[place + 1], rows[place]
    return renumbered(rows), (place + 1, place + 2)


def session_drop(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    stream = rows[int(chance.integers(len(rows) // 2))]["stream"]
    first = next(row["seq"] for row in rows if row["stream"] == stream)
    kept = [row for row in rows if row["stream"] != stream]
    return (renumbered(kept) if chance.integers(2) else kept), (first, len(rows))


def truncate(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    kept = int(chance.integers(1, len(rows)))
    return rows[:kept], (kept, len(rows))


def full_rehash(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows)))
    rows[place]["payload"] = '{"text":"forged"}'
    return chained(rows), (1, len(rows))


def old_backup(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    return truncate(rows, chance)


def fork(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Go back to an earlier entry and write another history of the same length, every hash right."""
    kept = int(chance.integers(len(rows) - 1))
    other = [dict(row, payload='{"text":"another story"}') for row in rows[kept:]]
    return chained([*rows[:kept], *other]), (1, len(rows))


BLANKED = (
    blank, blank_with_words, blank_alone, blank_by_others, blank_under_another, blank_the_reason, blank_half,
    bring_back,
)  # fmt: skip
SEEN_ALONE = (edit, delete, insert, reorder, session_drop, *BLANKED)
ONLY_WITH_A_HEAD = (truncate, full_rehash, old_backup, fork)
THROUGH = ("memory", "jsonl", "sqlite")


def stored(rows: Ledger, through: str, folder: Path) -> Path:
    """Write a ledger as an export or as a home's database without our triggers, as on a copied disk."""
    if through == "jsonl":
        file = folder / "ledger.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return file
    file = folder / "sereniv.db"
    file.unlink(missing_ok=True)
    connection = sqlite3.connect(file)
    with connection:
        connection.execute(f"CREATE TABLE records_entry ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        values = [tuple(row[name] for name in COLUMNS) for row in rows]
        connection.executemany(f"INSERT INTO records_entry VALUES ({marks})", values)
    connection.close()
    return file


def checked(rows: Ledger, through: str, folder: Path, heads: tuple[Head, ...] = ()) -> Report:
    return check(rows if through == "memory" else verify.read_ledger(stored(rows, through, folder)), heads)


def heads_of(rows: Ledger, *places: int) -> tuple[Head, ...]:
    return tuple(Head(seq=rows[place]["seq"], hash=rows[place]["hash"]) for place in places)


def names(report: Report, first: int, last: int) -> bool:
    """Say whether a fault names an entry of the range, or a range that holds it."""
    numbers = [[int(word) for word in fault.replace(":", " ").replace(",", " ").split() if word.isdigit()]
               for fault in report.faults]  # fmt: skip
    return any(found and min(found) <= last and max(found) >= first for found in numbers)


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("tamper", [*SEEN_ALONE, *ONLY_WITH_A_HEAD], ids=lambda each: each.__name__)
def test_every_tampering_is_found_and_placed_with_an_outside_head(
    tamper: Tampering, through: str, tmp_path: Path
) -> None:
    for seed in range(ROUNDS if through == "memory" else 3):
        chance = np.random.default_rng(seed)
        clean = ledger(int(chance.integers(8, 40)), chance, erased=seed % 3)
        tampered, (first, last) = tamper(copied(clean), chance)
        report = checked(tampered, through, tmp_path, heads_of(clean, len(clean) // 2, -1))
        assert not report.sound, seed
        assert names(report, first, last), (seed, report.faults)


@pytest.mark.parametrize("through", THROUGH)
@pytest.mark.parametrize("tamper", SEEN_ALONE, ids=lambda each: each.__name__)
def test_a_casual_tampering_is_found_without_any_head(tamper: Tampering, through: str, tmp_path: Path) -> None:
    for seed in range(ROUNDS if through == "memory" else 3):
        chance = np.random.default_rng(seed)
        tampered, (first, last) = tamper(ledger(int(chance.integers(8, 40)), chance, erased=seed % 3), chance)
        report = checked(tampered, through, tmp_path)
        assert names(report, first, last), (seed, report.faults)


@pytest.mark.parametrize("tamper", ONLY_WITH_A_HEAD, ids=lambda each: each.__name__)
def test_a_whole_rewrite_is_missed_without_a_head(tamper: Tampering) -> None:
    """The control: if these were found without a head, the test above would prove nothing about heads."""
    for seed in range(ROUNDS):
        chance = np.random.default_rng(seed)
        tampered, _ = tamper(ledger(int(chance.integers(8, 40)), chance), chance)
        assert check(tampered).sound, seed


@pytest.mark.parametrize("through", THROUGH)
def test_a_clean_ledger_never_alarms(through: str, tmp_path: Path) -> None:
    for seed in range(ROUNDS if through == "memory" else 3):
        chance = np.random.default_rng(seed)
        rows = ledger(int(chance.integers(1, 40)), chance, erased=seed % 3)
        heads = (Head(seq=0, hash=GENESIS), *heads_of(rows, 0, len(rows) // 2, -1))
        report = checked(rows, through, tmp_path, heads)
        assert report.sound, report.faults
        assert (report.entries, report.heads_compared) == (len(rows), len(heads))
        assert report.head == heads[-1]
    assert not check([]).sound


class InThisProcess:
    """Stands in for a pool of processes, which take longer to start than the walk of a short ledger."""

    def __init__(self, *_: object) -> None:
        self.map = map

    def __enter__(self) -> "InThisProcess":
        return self

    def __exit__(self, *_: object) -> None:
        pass


def disguise(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    """Write a number as text, which spells the same where nobody looks at what it is."""
    place = int(chance.integers(len(rows)))
    field = str(chance.choice(["stream_seq", "version"]))
    rows[place][field] = str(rows[place][field])
    return rows, (place + 1, place + 1)


def erase(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    place = int(chance.integers(len(rows)))
    rows[place]["payload"] = None
    return rows, (place + 1, place + 1)


def before_the_first(rows: Ledger, chance: np.random.Generator) -> tuple[Ledger, tuple[int, int]]:
    del chance
    return [dict(rows[0], seq=-3), *rows], (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    "tamper", [*SEEN_ALONE, *ONLY_WITH_A_HEAD, disguise, erase, before_the_first], ids=lambda each: each.__name__
)
def test_a_walk_in_stretches_says_what_the_walk_in_order_says(
    tamper: Tampering, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "ProcessPoolExecutor", InThisProcess)
    for seed in range(8):
        chance = np.random.default_rng(seed)
        clean = ledger(int(chance.integers(8, 40)), chance, erased=seed % 3)
        heads = (Head(seq=0, hash=GENESIS), *heads_of(clean, len(clean) // 2, -1))
        assert verify._checked_in_stretches(stored(clean, "sqlite", tmp_path), heads, 3) == check(clean, heads)
        tampered, _ = tamper(copied(clean), chance)
        file = stored(tampered, "sqlite", tmp_path)
        for told in (heads, ()):
            in_order = check(verify.read_ledger(file), told)
            assert verify.check_file(file, told, 3) == in_order, seed
            if not in_order.sound:
                assert verify._checked_in_stretches(file, told, 3) is None


def test_processes_walk_a_ledger_and_without_them_it_is_walked_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = ledger(60, np.random.default_rng(2))
    file = stored(rows, "sqlite", tmp_path)
    assert verify._checked_in_stretches(file, heads_of(rows, -1), 2) == check(rows, heads_of(rows, -1))

    def refused(*_: object) -> None:
        raise OSError("no process")

    monkeypatch.setattr(verify, "ProcessPoolExecutor", refused)
    assert verify.check_file(file, (), 2) == check(rows)


@pytest.mark.slow
@pytest.mark.parametrize("tamper", [*SEEN_ALONE, *ONLY_WITH_A_HEAD], ids=lambda each: each.__name__)
def test_a_thousand_of_each_tampering(tamper: Tampering) -> None:
    for seed in range(1000):
        chance = np.random.default_rng(10_000 + seed)
        # A ledger cut before its erasures is missing content without a reason: that is seen without a head.
        erased = 0 if tamper in ONLY_WITH_A_HEAD else seed % 3
        clean = ledger(int(chance.integers(8, 40)), chance, erased=erased)
        tampered, (first, last) = tamper(copied(clean), chance)
        assert check(clean, heads_of(clean, -1)).sound
        assert check(copied(tampered)).sound is (tamper in ONLY_WITH_A_HEAD)
        assert names(check(tampered, heads_of(clean, -1)), first, last), seed


def test_a_ledger_cut_before_its_erasures_is_seen_without_a_head() -> None:
    rows = ledger(20, np.random.default_rng(1), erased=1)
    (fault,) = check(rows[:20]).faults
    assert "no erasure names it" in fault


def test_a_head_between_places_a_rewrite_after_it() -> None:
    clean = ledger(20, np.random.default_rng(1))
    forked = chained([*copied(clean[:10]), *[dict(row, payload="{}") for row in clean[10:]]])
    (fault,) = check(forked, heads_of(clean, 4, 9, -1)).faults
    assert "entries 11 to 20" in fault


def test_lines_of_an_export_that_changed_places_are_named() -> None:
    rows = ledger(9, np.random.default_rng(1))
    rows[3], rows[4] = rows[4], rows[3]
    assert any("entry 4" in fault and "out of order" in fault for fault in check(rows).faults)


def test_a_hole_in_a_stream_is_named_even_in_a_chain_worked_out_anew() -> None:
    rows = ledger(9, np.random.default_rng(1))
    rows[4]["stream_seq"] += 1
    assert any("entry 5" in fault and "in its stream" in fault for fault in check(chained(rows)).faults)


@pytest.mark.parametrize("knows_staff", [False, True])
@pytest.mark.parametrize("through", THROUGH)
def test_what_two_people_erased_by_law_is_counted_named_and_no_fault(
    through: str, knows_staff: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows: Ledger = []
    gone = [written(rows, place, {"text": "said"}) for place in ERASABLE]
    if knows_staff:
        for name, role in (("director", "medical director"), ("admin", "administrator")):
            written(rows, ("staff", verify.STAFF_ENTERED), {"username": name, "roles": [role], "is_active": True})
    for row in gone:
        erased_by(rows, row)
    chained(rows)
    for row in gone:
        blanked(row)
    report = checked(rows, through, tmp_path, heads_of(rows, 2, -1))
    assert (report.faults, report.erased, len(report.erasures)) == ((), 5, 5)
    if through != "memory":
        assert run(stored(rows, through, tmp_path)) == 0
        said = capsys.readouterr().out
        assert "5 entries have no content" in said
        assert (
            f"entry {12 if knows_staff else 10} erased 1 of person/1, signed by director with admin: GDPR Art. 17"
            in said
        )


@pytest.mark.parametrize("room", ["stock", "audit", "home"])
def test_a_whole_room_that_was_blanked_is_named_entry_by_entry(room: str) -> None:
    """As on a copied disk: `UPDATE records_entry SET payload = NULL, salt = ''` of a drug ledger, or of the audit."""
    rows = ledger(400, np.random.default_rng(7))
    chosen = [row for row in rows if row["stream"].partition("/")[0] == room]
    for row in chosen:
        blanked(row)
    faults = check(rows, heads_of(rows, -1)).faults
    for row in chosen:
        assert any(fault.startswith(f"entry {row['seq']} (") and "content is missing" in fault for fault in faults)


def test_a_walk_that_goes_on_names_what_is_blanked_in_its_part_alone() -> None:
    rows = ledger(30, np.random.default_rng(3))
    place = next(seq for seq in range(10, 30) if rows[seq]["stream"] == "audit")
    ends = {row["stream"]: row["stream_seq"] for row in rows[:10]}
    start = verify.Start(head=Head(seq=10, hash=rows[9]["hash"]), stream_ends=ends)
    assert check(rows[10:], (), start).sound
    blanked(rows[place])
    assert [fault.split(" (")[0] for fault in check(rows[10:], (), start).faults] == [f"entry {place + 1}"]


def test_what_the_check_keeps_from_erasure_is_what_the_program_keeps() -> None:
    assert {kind.__name__ for kind in KEPT_IN_SESSION} == verify.KEPT_KINDS
    assert {verify.ERASURE, verify.STAFF_ENTERED} <= set(kinds())
    assert SECOND_SIGNATURES[TwoPersonAct.ERASURE].roles == verify.ERASED_BY


@pytest.fixture
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


def public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def signed(key: Ed25519PrivateKey, head: Head) -> Row:
    content: Row = {"seq": head.seq, "hash": head.hash, "at": "2026-03-02T12:00:00+00:00"}
    return {**content, "signature": key.sign(canonical(content).encode()).hex()}


def test_a_checkpoint_fits_its_key_alone(key: Ed25519PrivateKey) -> None:
    checkpoint = signed(key, Head(seq=1, hash="ab"))
    assert verify.signature_fits(public(key), checkpoint)
    assert not verify.signature_fits(public(Ed25519PrivateKey.generate()), checkpoint)
    for change in ({"seq": 2}, {"hash": "cd"}, {"at": "later"}, {"signature": "00"}, {"signature": "no hex"}):
        assert not verify.signature_fits(public(key), {**checkpoint, **change})
    del checkpoint["signature"]
    assert not verify.signature_fits(public(key), checkpoint)


def run(*arguments: object) -> int:
    return verify.main([str(argument) for argument in arguments])


@pytest.mark.parametrize("through", ["jsonl", "sqlite"])
def test_the_command_says_sound_fault_or_cannot_check(
    through: str, tmp_path: Path, key: Ed25519PrivateKey, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ledger(12, np.random.default_rng(3))
    head = heads_of(rows, -1)[0]
    file = stored(rows, through, tmp_path)
    pem, other_pem = tmp_path / "checkpoint.pem", tmp_path / "other.pem"
    pem.write_bytes(public(key))
    other_pem.write_bytes(public(Ed25519PrivateKey.generate()))
    heads = tmp_path / "heads.jsonl"
    heads.write_text(f"# from note 7\n\n{json.dumps(signed(key, head))}\n{head.seq} {head.hash}\n", encoding="ascii")
    assert run(file) == 0
    assert "No earlier head" in capsys.readouterr().out
    assert run(file, "--against", heads, "--public-key", pem) == 0
    assert f"head {head.seq} {head.hash}" in (shown := capsys.readouterr().out)
    assert "Compared with 2 earlier heads of" in shown
    assert run(file, "--against", heads, "--public-key", other_pem) == 2
    assert "line 3 is not signed by this key" in capsys.readouterr().err
    cut = stored(rows[:7], through, tmp_path)
    assert run(cut) == 0
    assert run(cut, "--against", heads) == 1
    assert "FAULT: the ledger ends at entry 7" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ledger_text", "heads_text", "words"),
    [
        ("{}\n", "", "line 1: not an entry"), ("not json\n", "", "line 1: not an entry"), ("[]\n", "", "line 1"),
        ("", "one two\n", "SEQ HASH"), ("", "1\n", "SEQ HASH"),
        ("", '{"seq": 1}', "line 1 is not a whole"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_and_is_no_fault(
    ledger_text: str, heads_text: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, heads = tmp_path / "ledger.jsonl", tmp_path / "heads"
    file.write_text(ledger_text, encoding="utf-8")
    heads.write_text(heads_text, encoding="utf-8")
    assert run(file, "--against", heads) == 2
    assert words.lower() in capsys.readouterr().err.lower()


@pytest.mark.parametrize("through", ["jsonl", "sqlite"])
def test_the_checkpoints_beside_a_ledger_are_compared_with_it(
    through: str, tmp_path: Path, key: Ed25519PrivateKey, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = ledger(31, np.random.default_rng(4))
    (tmp_path / "checkpoint.pem").write_bytes(public(key))
    (tmp_path / "checkpoints.jsonl").write_text(json.dumps(signed(key, heads_of(rows, 18)[0])) + "\n")
    assert run(stored(rows, through, tmp_path)) == 0
    said = capsys.readouterr().out
    assert "the latest at entry 19" in said
    assert "Not compared: entries 20 to 31" in said
    assert ("No sereniv.db-wal lies beside it" in said) is (through == "sqlite")
    assert run(stored(rows[:5], through, tmp_path)) == 1
    assert "ends at entry 5, but a head at entry 19" in capsys.readouterr().out
    (tmp_path / "checkpoint.pem").write_bytes(public(Ed25519PrivateKey.generate()))
    assert run(stored(rows, through, tmp_path)) == 2
    assert "not signed by this key" in capsys.readouterr().err


def test_without_any_head_it_says_what_would_not_be_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(stored(ledger(5, np.random.default_rng(4)), "jsonl", tmp_path)) == 0
    assert "cut short, or rewritten whole, would not be noticed" in capsys.readouterr().out


@pytest.mark.parametrize("through", ["jsonl", "sqlite"])
def test_an_empty_ledger_is_not_sound(through: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(stored([], through, tmp_path)) == 2
    said = capsys.readouterr().out
    assert "EMPTY" in said
    assert "Sound" not in said


@pytest.mark.parametrize("through", ["jsonl", "sqlite"])
def test_the_kind_of_a_ledger_is_read_from_its_content(through: str, tmp_path: Path) -> None:
    file = stored(ledger(5, np.random.default_rng(4)), through, tmp_path)
    for name in ("ledger", "ledger.txt", "copy.db", "copy.jsonl"):
        assert run(file.rename(tmp_path / name)) == 0, name
        file = tmp_path / name


def test_a_database_of_something_else_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(tmp_path / "other.db")
    connection.execute("CREATE TABLE songs (name)")
    connection.close()
    assert run(tmp_path / "other.db") == 2
    assert "no ledger of Sereniv" in capsys.readouterr().err


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert run(tmp_path / "none.db") == run(tmp_path / "none.jsonl") == 2


def test_the_file_stands_alone(tmp_path: Path) -> None:
    source = Path(verify.__file__)
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names) == {"cryptography"}
    alone = tmp_path / "verify.py"
    alone.write_bytes(source.read_bytes())
    file = stored(ledger(5, np.random.default_rng(1)), "sqlite", tmp_path)
    ran = subprocess.run([sys.executable, "-I", str(alone), str(file)], capture_output=True, text=True, check=False)
    assert (ran.returncode, "Sound." in ran.stdout) == (0, True), ran.stderr
