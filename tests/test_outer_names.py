"""The names in the environment by which browsers reach the clinic: what is none is refused in words at the start."""

import pytest
from click.testing import CliRunner

from sereniv.cli.serve import serve
from sereniv.clinic.outer_names import names_in, wrong_in


@pytest.mark.parametrize(
    "hosts", ["", "clinic.example", "sereniv", "a.example, b-2.example,", "192.0.2.7", "[2001:db8::1]"]
)
def test_names_and_addresses_are_taken(hosts: str) -> None:
    assert wrong_in({"SERENIV_HOSTS": hosts, "SERENIV_PROXIES": "192.0.2.10,2001:db8::10"}) == ""


@pytest.mark.parametrize(
    "hosts",
    ["https://clinic.example", "clinic.example:443", "clinic example", "*", ".example", "clinic.example/", "-x.example",
     "clinic.example,*", "klinik_nord.example"],
)  # fmt: skip
def test_what_no_browser_meets_or_lets_anybody_in_is_refused(hosts: str) -> None:
    """*Open https://https://clinic.example* was said of one, and every page refused; a star took any name."""
    wrong = wrong_in({"SERENIV_HOSTS": hosts})
    assert repr(hosts.rpartition(",")[2]) in wrong
    assert "without a port: clinic.example" in wrong


@pytest.mark.parametrize("proxies", ["*", "proxy.example", "192.0.2.0/24", "192.0.2.10:443"])
def test_a_proxy_is_named_by_its_own_address(proxies: str) -> None:
    """By a star anybody could say whom a request came from."""
    assert "no address" in wrong_in({"SERENIV_PROXIES": proxies})


def test_the_start_says_so_before_a_home_is_made(tmp_path_factory: pytest.TempPathFactory) -> None:
    place = tmp_path_factory.mktemp("names") / "home"
    asked = ["--clinic", "--home", str(place), "--timezone", "Europe/Berlin", "--port", "0"]
    refused = CliRunner(env={"SERENIV_HOSTS": "https://clinic.example"}).invoke(serve, asked)
    assert refused.exit_code == 1
    assert "SERENIV_HOSTS holds 'https://clinic.example'" in refused.output
    assert not place.exists()


def test_names_are_split_at_commas() -> None:
    assert names_in({"SERENIV_HOSTS": " a.example ,,b.example"}, "SERENIV_HOSTS") == ["a.example", "b.example"]
