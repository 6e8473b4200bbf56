"""What a monitoring system shows to be told how the house runs: a secret of the home's own, made when first needed."""

import hmac
import secrets

from sereniv.clinic.home import Home, HomeError
from sereniv.clinic.home_files import lies_empty, os_words, write_new

FILE = "health.token"


def of_home(home: Home) -> str:
    """Return the home's token, making it where there is none yet; raises HomeError where it cannot be kept."""
    file = home.folder / FILE
    try:
        if lies_empty(file):
            # A full disk once left it so, and whoever showed nothing was let in.
            file.unlink()
        if not file.exists():
            write_new(file, secrets.token_urlsafe(32).encode("ascii"))
        return file.read_text(encoding="ascii").strip()
    except FileExistsError:
        return of_home(home)
    except OSError as error:
        raise HomeError(os_words(file, error)) from error


def is_shown(home: Home, authorization: str) -> bool:
    """Say whether an Authorization header shows the home's token."""
    given = authorization.removeprefix("Bearer ").strip()
    return bool(given) and hmac.compare_digest(given.encode(), of_home(home).encode())
