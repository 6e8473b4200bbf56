"""Keys of the home are changed: old or new at every moment, an entry of it, and nothing unreadable afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from sereniv.clinic.accounts import keys
from sereniv.clinic.accounts.models import CalendarFeed, ServiceSecret, Staff
from sereniv.clinic.backup import key as backup_key
from sereniv.clinic.home import Home
from sereniv.clinic.operating import changing_keys, heads
from sereniv.clinic.operating import token as health_token
from sereniv.clinic.records import chart_store
from sereniv.clinic.records.house_events import KeyChanged
from sereniv.clinic.records.models import Entry
from sereniv.clinic.workflows.devices.registering import revoke_home_token
from sereniv.clinic.workflows.shell.acting import act_of_the_home
from sereniv.therapy.recording.refusal import Malformed, Refused
from sereniv.verify import canonical, public_keys, signature_fits
from tests.conftest import NOON, ActMaker
from tests.records.damage import damage

pytestmark = pytest.mark.django_db
WHY = "The stick was lost on the train."


@pytest.fixture
def home(staff: dict[str, Staff]) -> Iterator[Home]:
    """Give the home of the tests, with its keys and heads brought back afterwards."""
    del staff
    kept = {each: each.read_bytes() for each in settings.HOME.folder.iterdir() if each.is_file() and _is_small(each)}
    secret, fallbacks = settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS
    settings.HOME.checkpoints_file.unlink(missing_ok=True)
    yield settings.HOME
    for each in settings.HOME.folder.iterdir():
        if each.is_file() and _is_small(each):
            each.unlink()
    for each, content in kept.items():
        each.write_bytes(content)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = secret, fallbacks


def _is_small(file: Path) -> bool:
    return file.suffix in {".key", ".pem", ".token", ".next", ".jsonl"}


def change(home: Home, which: str) -> str:
    return changing_keys.change(home, which, WHY, act_of_the_home(NOON))


@pytest.mark.parametrize("which", list(changing_keys.WAYS))
def test_each_change_is_an_entry_from_which_no_key_can_be_read(home: Home, which: str) -> None:
    file = changing_keys.WAYS[which].file
    change(home, which)
    content = (home.folder / file).read_text(encoding="ascii")
    (entry,) = chart_store.read(changing_keys.STREAM)
    event = entry.event
    assert isinstance(event, KeyChanged)
    assert (event.key, event.reason) == (which, WHY)
    assert event.before != event.after
    assert entry.recorded_by == "system"
    assert event.after not in content
    assert not list(home.folder.glob("*.next"))
    change(home, which)
    again = chart_store.read(changing_keys.STREAM)[-1].event
    assert isinstance(again, KeyChanged)
    assert again.before == event.after


def test_heads_that_were_signed_before_go_on_fitting_and_the_old_key_signs_nothing_later(
    home: Home,
) -> None:
    founding, old = home.digest(), home.checkpoint_key()
    name = heads.file_name(home)
    before = {"seq": chart_store.head().seq, "hash": "a" * 64, "at": "x"}
    before["signature"] = old.sign(as_signed(before)).hex()
    change(home, "checkpoint")
    pem = home.public_key_file.read_bytes()
    assert signature_fits(pem, before)
    later = {"seq": chart_store.head().seq + 1, "hash": "b" * 64, "at": "x"}
    stolen = {**later, "signature": old.sign(as_signed(later)).hex()}
    assert not signature_fits(pem, stolen), "who stole the old key signs nothing of what came after"
    assert signature_fits(pem, {**later, "signature": home.checkpoint_key().sign(as_signed(later)).hex()})
    assert home.digest() == founding, "it is the same home"
    assert heads.file_name(home) == name
    change(home, "checkpoint")
    assert len(public_keys(home.public_key_file.read_bytes())) == 3
    assert signature_fits(home.public_key_file.read_bytes(), before)


@pytest.mark.parametrize("which", ["checkpoint", "secret", "health"])
def test_a_key_of_before_laid_beside_the_one_that_holds_does_not_come_back(home: Home, which: str) -> None:
    change(home, which)
    file = home.folder / changing_keys.WAYS[which].file
    old = file.read_bytes()
    change(home, which)
    holds, public = file.read_bytes(), home.public_key_file.read_bytes()
    (home.folder / f"{file.name}.next").write_bytes(old)
    changing_keys.finish(home)
    assert file.read_bytes() == holds, "an entry of before puts nothing any more"
    assert home.public_key_file.read_bytes() == public, "what it signed up to its entry goes on fitting"
    assert not list(home.folder.glob("*.next"))


def as_signed(content: dict[str, object]) -> bytes:
    return canonical(content).encode()


def test_a_backup_of_before_opens_with_the_key_of_before(home: Home, tmp_path: Path) -> None:
    old = backup_key.of_home(home)
    sealed, opened = tmp_path / "before.age", tmp_path / "before"
    sealed.write_bytes(pyrage.encrypt(b"everything", [old.to_public()]))
    change(home, "backup")
    kept = backup_key.all_of_home(home)
    assert str(kept[1]) == str(old)
    assert str(backup_key.of_home(home)) == str(kept[0]) != str(old)
    pyrage.decrypt_file(str(sealed), str(opened), list(kept))
    assert opened.read_bytes() == b"everything"
    outside = tmp_path / "backup-key.txt"
    outside.write_bytes(backup_key.written(kept))
    assert list(map(str, backup_key.read(outside))) == list(map(str, kept)), "what is printed opens both"


def test_factors_and_secrets_are_sealed_anew_and_pins_end(home: Home, staff: dict[str, Staff]) -> None:
    nurse = staff["nurse"]
    nurse.set_pin("482915")
    nurse.save()
    factor = Authenticator.objects.create(user=nurse, type="totp", data={"secret": keys.sealed("JBSWY3DPEHPK3PXP")})
    ServiceSecret.objects.create(issuer="https://x.example", sealed=keys.sealed_service_secret("told to nobody"))
    waiting, old = home.waiting_key(), settings.SECRET_KEY
    change(home, "secret")
    assert settings.SECRET_KEY == home.secret_key() != old
    assert not settings.SECRET_KEY_FALLBACKS
    factor.refresh_from_db()
    assert keys.opened(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert keys.opened_service_secret(ServiceSecret.objects.get().sealed) == "told to nobody"
    nurse.refresh_from_db()
    assert not nurse.pin_hash
    assert not CalendarFeed.objects.exists()
    assert home.waiting_key() == waiting, "what waits on a tablet without a network opens as before"


def test_a_sign_in_ends_with_the_secret(home: Home, staff: dict[str, Staff]) -> None:
    client = Client()
    client.force_login(staff["nurse"], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/today/").status_code == 200
    change(home, "secret")
    assert client.get("/today/").status_code == 302


class KilledError(Exception):
    """Stands for the process that was killed."""


@pytest.mark.parametrize("which", list(changing_keys.WAYS))
@pytest.mark.parametrize("at", range(1, 7))
def test_killed_at_any_write_the_next_start_has_the_old_key_or_the_new_one(
    home: Home, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Staff], which: str, at: int
) -> None:
    del staff
    sealed = keys.sealed("JBSWY3DPEHPK3PXP")
    nurse = Staff.objects.get(username="nurse")
    factor = Authenticator.objects.create(user=nurse, type="totp", data={"secret": sealed})
    how = changing_keys.WAYS[which]
    if which == "backup":
        backup_key.of_home(home)
    if which == "health":
        health_token.of_home(home)
    before = (home.folder / how.file).read_bytes()
    head = {"seq": chart_store.head().seq, "hash": "a" * 64, "at": "x"}
    head["signature"] = home.checkpoint_key().sign(as_signed(head)).hex()
    left = [at]

    def counted(real: object) -> object:
        def write(*arguments: object) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KilledError
            real(*arguments)  # type: ignore[operator]

        return write

    with monkeypatch.context() as patched:
        for name in ("write_private", "write_public"):
            patched.setattr(changing_keys, name, counted(getattr(changing_keys, name)))
        patched.setattr(chart_store, "append", counted(chart_store.append))
        try:
            change(home, which)
        except KilledError:
            # What the process knew is gone with it; the next one reads the files.
            settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = home.secret_key(), list(home.secret_keys()[1:])
    changing_keys.finish(home)
    stands = [each.event for each in chart_store.read(changing_keys.STREAM)]
    now = (home.folder / how.file).read_bytes()
    assert (now != before) is bool(stands), "the key is the new one where an entry says so, and the old one elsewhere"
    if stands:
        assert isinstance(stands[-1], KeyChanged)
        assert how.mark(now) == stands[-1].after
    assert not list(home.folder.glob("*.next"))
    factor.refresh_from_db()
    assert keys.opened(factor.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert len(home.secret_keys()) == 1
    later = {"seq": chart_store.head().seq + 5, "hash": "b" * 64, "at": "x"}
    later["signature"] = home.checkpoint_key().sign(as_signed(later)).hex()
    pem = home.public_key_file.read_bytes()
    assert signature_fits(pem, head)
    assert signature_fits(pem, later)
    assert len(public_keys(pem)) == 1 + (which == "checkpoint" and bool(stands))


@pytest.mark.parametrize("which", ["checkpoint", "secret"])
def test_where_the_entry_of_a_killed_change_cannot_be_read_neither_key_is_lost(
    home: Home, monkeypatch: pytest.MonkeyPatch, which: str
) -> None:
    sealed, how = keys.sealed("JBSWY3DPEHPK3PXP"), changing_keys.WAYS[which]

    def killed(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(changing_keys, "finish", lambda _: None)
        patched.setattr(changing_keys, "write_checkpoint", killed)
        with pytest.raises(KilledError):
            change(home, which)
    waiting = home.folder / f"{how.file}.next"
    key, kept, public = waiting.read_bytes(), (home.folder / how.file).read_bytes(), home.public_key_file.read_bytes()
    damage(Entry.objects.get(stream=changing_keys.STREAM))
    changing_keys.finish(home)
    assert waiting.read_bytes() == key
    assert ((home.folder / how.file).read_bytes(), home.public_key_file.read_bytes()) == (kept, public)
    assert keys.opened(sealed) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(Refused, match="restore from a backup"):
        change(home, which)
    assert waiting.read_bytes() == key


def test_a_token_that_was_revoked_does_not_come_back_as_another(home: Home, act: ActMaker) -> None:
    revoke_home_token(act("admin"))
    with pytest.raises(Refused, match="stays so"):
        change(home, "gateway")


def test_nobody_changes_a_key_without_saying_why(home: Home) -> None:
    with pytest.raises(Malformed, match="why the key"):
        changing_keys.change(home, "gateway", " ", act_of_the_home(NOON))
