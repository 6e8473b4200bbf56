"""Every address that gives a page has a place in the lists that the browser walks; a new one without a place fails."""

import inspect
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, get_resolver, resolve

from sereniv.clinic.urls import ROUTES
from tests.journeys import test_linked_pages as linked
from tests.journeys import test_pages as pages

NO_PAGE = {
    "health": "a word for a machine",
    "metrics": "numbers for a machine",
    "export_progress": "a part of the page of exports",
    "export_take": "a file",
    "person_take_along_ready": "needs a file that was written; `web/exporting` plays it",
    "person_take_along_file": "a file",
    "practice_import_progress": "a part of the page of imports",
    "practice_import_file": "needs a file that was handed over; `web/importing` plays it",
    "practice_import_take": "the same",
    "practice_import_undo": "needs an import; `web/importing` plays it",
    "person_inbox": "needs something that was received; `web/inbox` plays it",
    "person_inbox_take": "the same",
    "person_inbox_known": "the same",
    "person_inbox_refuse": "the same",
    "person_inbox_as_it_came": "a file",
    "calendar_feed": "a link that is shown once; `gateway/test_calendar_feed.py` plays it",
    "calendar_feed_end": "the same",
    "calendar_feed_given": "for a machine",
    "fhir": "for a machine",
    "cds_services": "for a machine",
    "cds_service": "for a machine",
    "cds_feedback": "for a machine",
    "fhir_base": "for a machine",
    "smart_configuration": "for a machine",
    "smart_token": "for a machine",
    "gateway_connect": "for a machine",
    "gateway_samples": "for a machine",
    "gateway_clock": "for a machine",
    "gateway_nowhere": "for a machine",
    "gateway_session": "for a machine",
    "ledger_check": "a part of the ledger's page",
    "board_tiles": "a part of the board",
    "safety_items": "a part of the list of item 9",
    "person_safety_items": "a part of the person's page",
    "medicine_line": "a part of the page of medicines",
    "session_status": "a part of the chair's page",
    "session_log": "a part of the chair's page",
    "session_recorder_file": "a file",
    "session_drill": "needs a drill that was begun; `web/drills` plays it",
    "session_drill_part": "a part of a drill's page",
    "session_drill_pdf": "a PDF",
    "calls": "a part of every page",
    "session_spare": "a part that a tablet keeps",
    "without_network": "stands in where no server answers; `journeys/test_without_network` plays it",
    "worker": "a script that the browser runs by itself",
    "my_push_off": "needs a device that takes messages; `operating/test_push` plays it",
    "person_data": "numbers for a chart",
    "session_data": "numbers for a chart",
    "person_document_pdf": "a PDF",
    "session_document_pdf": "a PDF",
    "stock_vial_document_pdf": "a PDF",
    "stock_record_document_pdf": "a PDF",
    "person_looks_document_pdf": "a PDF",
    "staff_looks_document_pdf": "a PDF",
    "mfa_download_recovery_codes": "a text file",
    "mfa_edit_webauthn": "needs a security key in the hand",
    "mfa_remove_webauthn": "needs a security key in the hand",
    "mfa_reauthenticate_webauthn": "needs a security key in the hand",
    "care_team_change": "asks only where a team is named; `web/person/test_care_teams` plays it",
    "care_team_end": "the same",
    "my_service_unlink": "asks only whoever is linked; `web/shell/test_sign_in_service` plays it",
    "setup_staff_unlink": "asks only of whoever is linked; `web/shell/test_sign_in_service` plays it",
    "setup_service_end": "asks only where a service is taken; `web/shell/test_sign_in_service` plays it",
    "sign_in_back": "leads on at once",
    "sign_in_on": "the same",
    "mfa_login_webauthn": "what a passkey is asked; `journeys/test_passkey` plays it",
}


def walked() -> set[str]:
    """Return the routes whose pages the browser walks."""
    plain = {**pages.PAGES, **pages.PUBLIC, **pages.ADMINISTRATOR_PAGES, **linked.LOCKED, **linked.RESTRICTED}
    second_factor = {**linked.BEFORE_A_CODE, **linked.WITH_A_CODE, **linked.SIGNING_IN}
    on_the_phone = {name: f"/q/a-token/{path}" for name, path in pages.PHONE_PAGES.items()}
    addresses = {**plain, **second_factor, **on_the_phone}
    del addresses["nowhere"]
    by_address = {resolve(address.partition("?")[0]).view_name for address in addresses.values()}
    return by_address | set(linked.LINKED) | set(linked.ON_A_PHONE)


def patterns(resolver: Any) -> Iterator[URLPattern]:
    """Give every address with its view."""
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        else:
            yield from patterns(each)


def only_takes_posts(view: Any) -> bool:
    """Say whether a view never gives a page of its own, by what `require_http_methods` was told."""
    return inspect.getclosurevars(view).nonlocals.get("request_method_list") == ["POST"]


def test_every_page_is_walked() -> None:
    views = {each.name: each.callback for each in patterns(get_resolver()) if each.name in ROUTES}
    assert sorted(views) == sorted(ROUTES)
    acts = {name for name, view in views.items() if only_takes_posts(view)}
    assert len(acts) > 10
    missing = set(ROUTES) - walked() - acts - set(NO_PAGE)
    assert not missing, f"no browser walks {sorted(missing)}: give each a place in test_pages or test_linked_pages"


def test_no_page_is_excused_that_is_walked_or_gone() -> None:
    assert set(NO_PAGE) <= set(ROUTES)
    assert not set(NO_PAGE) & walked()
