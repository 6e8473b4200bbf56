"""Gives the sessions of a grown home a monitor's values, one a second, made by the database itself."""

from collections.abc import Sequence

from django.db import connection, transaction

from sereniv.clinic.records.models import OPEN_PHASES, SampleRow, SessionRow

SIGNALS = ("heart_rate", "spo2", "respiratory_rate")
AT_ONCE = 200
"""So many sessions in one transaction: what waits to be folded into the file stays small."""

COLUMNS = "session_id, device, signal, value, at, received_at"
KINDS = "kinds(signal, base) AS (VALUES ('heart_rate', 60), ('respiratory_rate', 12), ('spo2', 92))"
SQLITE = f"""
    INSERT INTO records_samplerow ({COLUMNS})
    WITH RECURSIVE second(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM second WHERE n + 1 < %s), {KINDS}
    SELECT s.id, 'grown', kinds.signal, kinds.base + abs(random() %% 8), moment, moment FROM (
        SELECT id, strftime('%%Y-%%m-%%d %%H:%%M:%%S', opened_at, (n - %s) || ' seconds') AS moment
        FROM records_sessionrow CROSS JOIN second WHERE id IN ({{}})
    ) AS s CROSS JOIN kinds
"""  # noqa: S608  names are ours
POSTGRESQL = f"""
    WITH {KINDS}
    INSERT INTO records_samplerow ({COLUMNS})
    SELECT s.id, 'grown', signal, base + floor(random() * 8), moment, moment
    FROM records_sessionrow AS s
    CROSS JOIN generate_series(0, %s - 1) AS n
    CROSS JOIN kinds
    CROSS JOIN LATERAL (SELECT s.opened_at + (n - %s) * interval '1 second' AS moment) AS moments
    WHERE s.id IN ({{}})
"""  # noqa: S608  names are ours
SIZE = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%%samplerow%%' OR name = 'one_sample_per_moment'",
    "postgresql": "SELECT pg_total_relation_size('records_samplerow')",
}


def write_samples(samples: int) -> int:
    """Give signed sessions samples until so many are there, each session as many; returns how many were made."""
    ids = list(SessionRow.objects.filter(phase="signed").order_by("pk").values_list("pk", flat=True))
    seconds = samples // (len(ids) * len(SIGNALS)) if ids else 0
    if not seconds:
        return 0
    for begin in range(0, len(ids), AT_ONCE):
        _write(ids[begin : begin + AT_ONCE], seconds, 0)
    return len(ids) * seconds * len(SIGNALS)


def write_sitting(hours: int) -> int:
    """Give whoever sits in a chair so many hours of samples before they sat down; returns how many were made."""
    ids = list(SessionRow.objects.filter(phase__in=OPEN_PHASES).values_list("pk", flat=True))
    if not hours:
        return 0
    _write(ids, hours * 3600, hours * 3600)
    return len(ids) * hours * 3600 * len(SIGNALS)


def bytes_a_sample() -> float:
    """Return how many bytes a sample takes in the database, its places in indexes counted."""
    with connection.cursor() as cursor:
        cursor.execute(SIZE[connection.vendor])
        (size,) = cursor.fetchone()
    return round(size / max(1, SampleRow.objects.count()), 1)


def _write(ids: Sequence[object], seconds: int, before_s: int) -> None:
    field = SessionRow._meta.pk
    kept = [field.get_db_prep_value(each, connection) for each in ids]
    statement = SQLITE if connection.vendor == "sqlite" else POSTGRESQL
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(", ".join(["%s"] * len(kept))), [seconds, before_s, *kept])
