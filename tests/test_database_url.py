"""The address of a PostgreSQL database is read as PostgreSQL's own tools read it, and told without its password."""

import sys

import pytest

from sereniv.cli.troubles import postgresql_words
from sereniv.clinic import database_url
from sereniv.clinic.database_url import django_settings, may_travel_in_clear, missing_driver, without_password


def test_what_is_percent_encoded_is_decoded() -> None:
    read = django_settings("postgresql://clinic%40home:p%40ss%2Fw%25rd@db.example:5433/my%20clinic")
    assert (read["USER"], read["PASSWORD"], read["NAME"]) == ("clinic@home", "p@ss/w%rd", "my clinic")
    assert (read["HOST"], read["PORT"]) == ("db.example", "5433")


def test_options_go_to_the_driver() -> None:
    read = django_settings("postgresql://u:p@db.example/name?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem")
    assert read["OPTIONS"] == {"connect_timeout": "10", "sslmode": "verify-full", "sslrootcert": "/etc/ca.pem"}


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:p@host/name",
        "postgresql://u:p@host",
        "postgresql://u:p@host:port/name",
        "postgresql://u:a#b@h/n",
        "postgresql://u:s3c@t/x@h/n",
        "postgresql://u:s3@cret@h/n",
    ],
)
def test_what_is_no_such_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(ValueError, match="postgresql://user:password@host"):
        django_settings(url)


@pytest.mark.parametrize(
    ("url", "mend"),
    [
        ("postgresql://u:s3%zzcret@h/n", "written %25"),
        ("postgresql://u:s3cret%@h/n", "written %25"),
        ("postgresql://u:s3cret@[::1/n", "The host of the database"),
        ("postgresql://u:s3cret@h:99999/n", "The port of the database"),
        ("postgresql://u:s3cret@h/n?connect_timeout=soon", "number of seconds"),
    ],
)
def test_what_does_not_read_is_said_before_a_driver_says_it_with_the_password(url: str, mend: str) -> None:
    """The driver's own refusal of a percent sign printed the password."""
    with pytest.raises(ValueError, match=mend) as refused:
        django_settings(url)
    assert "s3" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "clear"),
    [
        ("", False),
        ("postgresql://u:p@localhost/name", False),
        ("postgresql://u:p@db.example/name", True),
        ("postgresql://u:p@db.example/name?sslmode=prefer", True),
        ("postgresql://u:p@db.example/name?sslmode=require", False),
        ("postgresql://u:p@db.example/name?sslmode=verify-full", False),
    ],
)
def test_a_way_that_nothing_encrypts_is_known(url: str, clear: bool) -> None:
    assert may_travel_in_clear(url) is clear


def test_a_refusal_names_the_place_and_never_the_password() -> None:
    url = "postgresql://clinic:s3cret@db.example:5432/name?password=s3cret"
    assert without_password(url) == "db.example:5432/name"
    for said, mend in (
        ('FATAL: password authentication failed for user "clinic"', "percent-encoded"),
        ("could not translate host name", "host and port"),
        ('FATAL: database "name" does not exist', "createdb"),
        ("server does not support SSL", "sslmode"),
        ('FATAL: no pg_hba.conf entry for host "192.0.2.7"', "add this computer"),
        ('invalid URI query parameter: "ssl_mode"', "behind the question mark"),
        ("permission denied for schema public", "OWNER TO"),
        ("cannot execute CREATE TABLE in a read-only transaction", "OWNER TO"),
    ):
        words = postgresql_words(url, RuntimeError(said))
        assert "db.example:5432/name" in words
        assert mend in words
        assert "s3cret" not in words


def test_the_driver_is_added_by_what_made_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that uv made has no pip: the command that was said failed."""
    monkeypatch.setattr(database_url, "find_spec", lambda _: None)
    assert f"uv pip install --python {sys.executable} 'psycopg[binary]" in missing_driver()
    monkeypatch.setattr(database_url, "find_spec", lambda _: object())
    assert f"{sys.executable} -m pip install 'psycopg[binary]" in missing_driver()
