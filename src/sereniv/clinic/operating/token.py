"""What a monitoring system shows to be told how the house runs: a secret of the home's own, made when first needed."""

import hmac
import os
import secrets

from sereniv.clinic.home import Home, HomeError, os_words

FILE = "health.token"


def of_home(home: Home) -> str:
    """Return the home's token, making it where there is none yet; raises HomeError where it cannot be kept."""
    file = home.folder / FILE
    try:
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as handle:
                handle.write(secrets.token_urlsafe(32))
        return file.read_text(encoding="ascii").strip()
    except FileExistsError:
        return of_home(home)
    except OSError as error:
        raise HomeError(os_words(file, error)) from error


def is_shown(home: Home, authorization: str) -> bool:
    """Say whether an Authorization header shows the home's token."""
    given = authorization.removeprefix("Bearer ").strip()
    return hmac.compare_digest(given.encode(), of_home(home).encode())
