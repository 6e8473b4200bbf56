"""What somebody looked at, in words: the page, and which part of a record it shows."""

from collections.abc import Mapping

LISTS = {
    "board": "Board",
    "today": "Today",
    "people": "List of people",
    "safety": "Suicide items",
    "calendar": "Calendar, day",
    "calendar_week": "Calendar, week",
    "calendar_month": "Calendar, month",
    "side_effects": "Side effects",
    "deviations": "Exceptions and deviations",
    "rules_version": "Decisions under one version of the rules",
    "outcomes": "Outcomes",
    "hand_over": "Hand-over sheets of all chairs",
    "stock_record": "Controlled drug record",
    "stock_record_document": "Controlled drug record, on paper",
    "stock_record_document_pdf": "Controlled drug record, PDF",
    "stock_vial": "Ledger of a vial",
    "stock_vial_document": "Ledger of a vial, on paper",
    "stock_vial_document_pdf": "Ledger of a vial, PDF",
    "ledger": "Ledger",
    "ledger_erase": "Erasure of an entry",
    "calls": "A call for help, on every page",
    "person_new": "Register somebody",
    "staff_looks": "At whose records somebody looked",
    "staff_looks_document_pdf": "At whose records somebody looked, PDF",
}
PAGES = {
    "person": "Whole record",
    "person_erase": "Erasure of the person",
    "person_data": "Scores of the record",
    "person_care_teams": "Care team, chosen",
    "person_restrict": "Who opens this record",
    "person_open": "Restricted record, asked for",
    "person_opening_review": "Opening of a restricted record",
    "person_looks": "Who looked at this record",
    "person_looks_document": "Who looked at this record, on paper",
    "person_looks_document_pdf": "Who looked at this record, PDF",
    "person_document": "Document",
    "person_document_pdf": "Document, PDF",
    "person_safety": "Suicide item",
    "person_safety_items": "Suicide items",
    "person_phq9": "PHQ-9",
    "appointments": "Appointments",
    "session": "Chair",
    "session_emergency": "Emergency sheet of the chair",
    "session_emergency_over": "End of the emergency at the chair",
    "session_gate": "Gate",
    "session_note": "Infusion note",
    "session_document": "Document",
    "session_document_pdf": "Document, PDF",
    "session_data": "Chart of the chair",
    "session_log": "Log of the chair",
    "session_drill": "Drill",
    "session_drill_part": "Drill",
    "session_drill_pdf": "Debrief of the drill, PDF",
    "session_recorder": "Flight recorder of the session",
    "session_recorder_file": "Flight recorder of the session, file",
    "session_spare": "Sheet of the chair for a tablet without a network",
    "session_status": "State of the chair",
}
ABOUT = ("which", "scale_id", "criterion", "line", "alert")
"""What of an address says which part of a record was looked at."""


def page_words(page: str, subject: str, infusions: Mapping[str, int]) -> str:
    """Say what was looked at: Document, PDF: note, infusion 3."""
    named = dict(part.partition("=")[::2] for part in subject.split(","))
    title = PAGES.get(page) or LISTS.get(page) or page.removeprefix("person_").replace("_", " ").capitalize()
    parts = [title + "".join(f": {named[each].replace('_', ' ')}" for each in ABOUT if named.get(each))]
    number = infusions.get(named.get("session_id", ""))
    if number is not None:
        parts.append(f"infusion {number}")
    return ", ".join(parts)
