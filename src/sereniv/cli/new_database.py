"""Whether the PostgreSQL database of a home to be made can be one: asked before anything is made."""

from pathlib import Path

from sereniv.cli.troubles import postgresql_words
from sereniv.clinic import home as homes
from sereniv.clinic.database_url import django_settings, missing_driver, options, without_password

MAY_MAKE = """SELECT current_setting('transaction_read_only') = 'off'
    AND COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false)"""

HAS_ENTRIES = "SELECT EXISTS (SELECT 1 FROM records_entry)"


def try_database(place: Path, url: str) -> None:
    """Ask whether the database of a home made now is there, lets us in and is nobody's, before the home is made.

    Raises
    ------
    HomeError
        When it is not, or the home that stands has another one; the message says how to mend it.
    """
    if not url:
        return
    if homes.is_made(place):
        if homes.open_home(place).database_url != url:
            raise homes.HomeError(
                "This home's database is another one; --database-url is for a home made now. "
                f"The address stands in {place / 'home.toml'}."
            )
        return
    try:
        django_settings(url)
    except ValueError as error:
        raise homes.HomeError(str(error)) from error
    try:
        import psycopg
    except ImportError as error:
        raise homes.HomeError(missing_driver()) from error
    try:
        with psycopg.connect(url, connect_timeout=int(options(url)["connect_timeout"])) as connection:
            may_make = connection.execute(MAY_MAKE).fetchone() == (True,)
            has_table = connection.execute("SELECT to_regclass('records_entry') IS NOT NULL").fetchone() == (True,)
            is_taken = has_table and connection.execute(HAS_ENTRIES).fetchone() == (True,)
    except (psycopg.Error, ValueError) as error:
        raise homes.HomeError(postgresql_words(url, error)) from error
    if is_taken:
        raise homes.HomeError(
            f"The database {without_password(url)} holds the ledger of another home. Name an empty one; a home whose "
            "folder is lost comes back from its backup (sereniv restore)."
        )
    if not may_make:
        raise homes.HomeError(postgresql_words(url, RuntimeError("permission denied to make tables there")))
