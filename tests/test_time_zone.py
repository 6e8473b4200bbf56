"""A clinic's time zone is asked for, checked before a home is made, and never changed by the way it is started."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from sereniv.cli.serve import _zone_for, serve
from sereniv.clinic.home import HomeError, Kind, create_or_open


def served(home: Path, *words: str) -> Result:
    return CliRunner().invoke(serve, ["--clinic", "--home", str(home), *words])


def test_a_clinics_home_is_not_made_without_its_time_zone(tmp_path: Path) -> None:
    refused = served(tmp_path / "home")
    assert refused.exit_code != 0
    assert "Say the clinic's time zone, such as --timezone America/Denver." in refused.output
    assert not (tmp_path / "home").exists()


def test_a_zone_that_is_none_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    refused = served(tmp_path / "home", "--timezone", "America/Denverr")
    assert refused.exit_code != 0
    assert "'America/Denverr' is no time zone." in refused.output
    assert "Did you mean America/Denver" in refused.output
    assert not (tmp_path / "home").exists()


def test_a_zone_that_is_empty_is_refused_and_no_clinic_is_made_in_utc_unasked(tmp_path: Path) -> None:
    """An empty variable in a start script made a clinic's home in UTC: its hours and bookings were hours off."""
    with pytest.raises(HomeError, match="'' is no time zone"):
        _zone_for(tmp_path / "home", Kind.CLINIC, "")


@pytest.mark.parametrize("zone", ["EST", "CET", "GMT", "Etc/GMT+5", "Etc/UTC", "PST8PDT"])
def test_a_zone_that_is_no_places_is_refused(zone: str, tmp_path: Path) -> None:
    """*EST* made a home in New York whose clock never turned to summer time; *Etc/GMT+5* is five hours behind."""
    with pytest.raises(HomeError, match="is no place's"):
        _zone_for(tmp_path / "home", Kind.CLINIC, zone)
    assert _zone_for(tmp_path / "home", Kind.CLINIC, "UTC") == "UTC"


def test_a_home_that_stands_keeps_its_zone(tmp_path: Path) -> None:
    create_or_open(tmp_path / "home", Kind.CLINIC, "America/Denver")
    refused = served(tmp_path / "home", "--timezone", "Europe/Berlin")
    assert refused.exit_code != 0
    assert "This home's time zone is America/Denver" in refused.output
    assert _zone_for(tmp_path / "home", Kind.CLINIC, None) == "America/Denver"


def test_whoever_sits_at_a_terminal_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda words: "America/Denver" if "Time zone of the clinic" in words else "")
    assert _zone_for(tmp_path / "home", Kind.CLINIC, None) == "America/Denver"
    assert _zone_for(tmp_path / "demo", Kind.DEMO, None) == "UTC"
