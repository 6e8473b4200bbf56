"""Second factors are kept sealed under a key of the home that lies outside the database."""

from allauth.mfa.adapter import DefaultMFAAdapter

from sereniv.clinic.accounts.keys import is_sealed, opened, sealed


class SealedFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth is untyped
    """Keeps the secrets of second factors sealed."""

    def encrypt(self, text: str) -> str:
        """Seal a secret before it is kept."""
        return sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a kept secret."""
        return opened(encrypted_text)


def seal_kept_factors() -> int:
    """Seal the secrets that a home of before kept as they are; returns how many."""
    from allauth.mfa.models import Authenticator

    count = 0
    for kept in Authenticator.objects.all():
        plain = {name: kept.data[name] for name in ("secret", "seed") if name in kept.data}
        open_ones = {name: text for name, text in plain.items() if not is_sealed(text)}
        if open_ones:
            kept.data = {**kept.data, **{name: sealed(text) for name, text in open_ones.items()}}
            kept.save(update_fields=["data"])
            count += 1
    return count
