"""Tables as other programs write them: what is read, and what is refused in words instead of guessed."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sereniv.exchange.incoming.contents import AllergicTo, Incoming, Infused, Scored, Somebody, Takes, Unreadable
from sereniv.exchange.tables.columns import TableKind, missing, proposed
from sereniv.exchange.tables.reading import MOST_BYTES, MOST_ROWS, tables_of
from sereniv.exchange.tables.rows import incoming
from sereniv.exchange.tables.values import DayOrder, DecimalSign, Writing
from sereniv.knowledge import knowledge

DATA = Path(__file__).resolve().parents[2] / "data" / "import"
TODAY = date(2026, 3, 2)
PEOPLE = "Last name,First name,Date of birth,Sex\n"
INFUSIONS = "Surname;First name;DOB;Date;mg;Weight;Minutes;For;Tolerated\n"


def read(text: str | bytes, **writing: object) -> Incoming:
    """Read one CSV table as it seems."""
    (table,) = tables_of(text.encode() if isinstance(text, str) else text)
    understood = proposed(table.title, table.headings)
    assert not missing(understood)
    return incoming(table, understood, Writing(today=TODAY, **writing), knowledge())  # type: ignore[arg-type]


def wrong(found: Incoming) -> list[str]:
    """Say every fault in a line."""
    return [each.words for each in found.faults]


def test_a_workbook_of_five_sheets_reads_as_what_each_is() -> None:
    tables = tables_of((DATA / "practice.xlsx").read_bytes())
    kinds = [proposed(each.title, each.headings).kind for each in tables]
    assert kinds == [
        TableKind.PEOPLE, TableKind.INFUSIONS, TableKind.ALLERGIES, TableKind.SCORES, TableKind.MEDICINES,
    ]  # fmt: skip
    found = incoming(tables[1], proposed("Infusions", tables[1].headings), Writing(today=TODAY), knowledge())
    assert not found.faults
    assert [(each.on, each.mg, each.tolerated) for each in found.facts if isinstance(each, Infused)] == [
        (date(2025, 9, 4), Decimal("35.5"), True),
        (date(2025, 9, 11), Decimal("42.6"), False),
        (date(2024, 2, 29), None, None),
    ], "what nobody wrote is not known"


@pytest.mark.parametrize("begins", ["", "\ufeff"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_separators_and_a_mark_before_the_text_make_no_difference(begins: str, separator: str) -> None:
    text = begins + "Last name,First name,DOB,Sex\nØdegård,Åse,1980-01-02,F\n".replace(",", separator)
    (somebody,) = read(text).people
    assert (somebody.who.family_name, somebody.who.born, somebody.sex_at_birth) == (
        "Ødegård", date(1980, 1, 2), "female",
    )  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_says_how_it_is_written_is_read_so(codec: str) -> None:
    (somebody,) = read((PEOPLE + "Müller,Jürgen,1970-05-06,M\n").encode(codec)).people
    assert somebody.who.family_name == "Müller"


def test_another_encoding_is_refused_by_its_byte_and_read_once_it_is_said() -> None:
    content = (PEOPLE + "Müller,Jürgen,1970-05-06,M\n").encode("cp1252")
    with pytest.raises(Unreadable, match="Line 2 holds the byte 0xfc, which is not UTF-8"):
        tables_of(content)
    (table,) = tables_of(content, "cp1252")
    assert table.rows[0].cells[0] == "Müller"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"\xd0\xcf\x11\xe0" + b"\0" * 99, "old kind"), (b"\x00\x01\x02", "no text"),
        (b"PK\x03\x04nothing", "damaged"), (b"a,b\n", "no row under the headings"),
        (b"a,a\n1,2\n", "Two columns are called a"), (b"a,,c\n1,2,3\n", "Column 2 has no heading"),
        (b'a,b\n"never closed,2\n', "quotation marks"), (b"a,b\n1,2,3\n", "more cells than there are headings"),
        (b"a\n" + b"x\n" * (MOST_ROWS + 1), "at most 20000"), (b"a\n" + b"x" * 3000, "over 2000 characters"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_name(content: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        tables_of(content)


@pytest.mark.slow
def test_a_file_of_a_hundred_megabytes_and_a_workbook_that_unpacks_to_more_are_not_opened() -> None:
    with pytest.raises(Unreadable, match="100 MB; at most 32 MB are read"):
        tables_of(b"x" * 100_000_000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b" " * (1 << 20))
    assert len(packed.getvalue()) < MOST_BYTES
    with pytest.raises(Unreadable, match="unpacks to 315 MB"):
        tables_of(packed.getvalue())
    with pytest.raises(Unreadable, match="more cells than are read"):
        tables_of((DATA / "far.xlsx").read_bytes())


def test_a_date_that_may_be_two_is_asked_about_and_read_in_the_order_that_is_said() -> None:
    text = PEOPLE + "Test,Ida,03/04/1980,F\n"
    assert wrong(read(text)) == [
        "row 2, column Date of birth: “03/04/1980” may be 3 Apr or 4 Mar. "
        "Say in which order this file writes day and month."
    ]
    assert read(text, day_order=DayOrder.DAY_FIRST).people[0].who.born == date(1980, 4, 3)
    assert read(text, day_order=DayOrder.MONTH_FIRST).people[0].who.born == date(1980, 3, 4)
    assert "does not fit the order month first" in wrong(
        read(PEOPLE + "Test,Ida,13/04/1980,F\n", day_order=DayOrder.MONTH_FIRST)
    )[0]  # fmt: skip
    assert read(PEOPLE + "Test,Ida,3.4.1980,F\n").people[0].who.born == date(1980, 4, 3), "with points the day is first"


def test_a_number_that_may_be_two_is_asked_about() -> None:
    row = INFUSIONS + "Test;Ida;1980-01-02;2025-09-04;{};71,5;40;depression;ja\n"
    (fact,) = read(row.format("35,5")).facts
    assert isinstance(fact, Infused)
    assert (fact.mg, fact.weight_kg, fact.treats) == (Decimal("35.5"), Decimal("71.5"), "psychiatric")
    assert "may be thousands or decimals" in wrong(read(row.format("1,250")))[0]
    assert read(row.replace("71,5", "").format("1,250"), decimal_sign=DecimalSign.COMMA).facts
    assert "not written with a decimal comma" in wrong(read(row.format("35.5"), decimal_sign=DecimalSign.COMMA))[0]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ("2026-03-03;35;70;40;depression;yes", "03 Mar 2026 has not come yet"),
        ("2025-09-04;-35;70;40;depression;yes", "-35 mg cannot have been given"),
        ("2025-09-04;0;70;40;depression;yes", "0 mg cannot have been given"),
        ("2025-09-04;many;70;40;depression;yes", "“many” is no plain number"),
        ("2025-09-04;35;0;40;depression;yes", "Weight 0 kg cannot be a measurement"),
        ("2025-09-04;35;70;0;depression;yes", "0 minutes cannot be an infusion"),
        ("2025-09-04;35;70;40;warts;yes", "“warts” is nothing that infusions are considered for"),
        ("2025-09-04;35;70;40;depression;perhaps", "“perhaps” is neither yes nor no"),
        (";35;70;40;depression;yes", "This is empty"), ("31.02.2025;35;70;40;;", "“31.02.2025” is no date"),
        ("04.09.25;35;70;40;;", "four digits for the year"),
        ("2025-09-04;35;70;40;\u202edepression;", "cannot be seen"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_is_a_fault_with_its_row_and_column(cells: str, words: str) -> None:
    found = read(
        INFUSIONS + "Test;Ida;1980-01-02;2025-09-04;35;70;40;depression;yes\n" + f"Test;Ida;1980-01-02;{cells}\n"
    )
    assert len(found.facts) == 1
    assert words in wrong(found)[0]
    assert wrong(found)[0].startswith("row 3, column "), found.faults


def test_scores_are_held_against_their_scale_and_their_answers() -> None:
    heading = "Last name,DOB,Scale,Date,Total," + ",".join(f"Q{n}" for n in range(1, 10)) + "\n"
    row = "Test,1980-01-02,phq-9,2025-09-04,"
    whole = read(heading + row + "19,3,2,2,2,2,2,2,2,2\n").facts[0]
    assert isinstance(whole, Scored)
    assert (whole.scale, whole.total, len(whole.answers)) == ("phq9", 19, 9)
    assert "The answers make 19, not 20" in wrong(read(heading + row + "20,3,2,2,2,2,2,2,2,2\n"))[0]
    assert "8 answers; PHQ-9 has 9" in wrong(read(heading + row + "17,3,2,2,2,2,2,2,2,\n"))[0]
    assert "0.5 is no total of PHQ-9: it is whole" in wrong(read(heading + row + "0.5,,,,,,,,,\n"))[0]
    assert "28 is no total of PHQ-9" in wrong(read(heading + row + "28,,,,,,,,,\n"))[0]
    assert (
        "is no rating scale that is known here"
        in wrong(read(heading + row.replace("phq-9", "BDI") + "9,,,,,,,,,\n"))[0]
    )


def test_a_list_says_none_only_in_words() -> None:
    said = read("Last name,DOB,Allergy\nTest,1980-01-02,NKDA\nTest,1981-01-02,latex\n").facts
    assert [each.written for each in said if isinstance(each, AllergicTo)] == ["", "latex"]
    taken = read("Last name,DOB,Medicine,Daily mg,PRN\nTest,1980-01-02,sertraline,150,no\n").facts
    assert [(each.written, each.daily_mg, each.as_needed) for each in taken if isinstance(each, Takes)] == [
        ("sertraline", 150, False)
    ]


def test_a_column_that_nobody_understands_is_left_out_and_counted() -> None:
    found = read(PEOPLE.strip() + ",Shoe size\nTest,Ida,1980-01-02,F,39\nTest,Bo,1981-01-02,M,\n")
    assert isinstance(found.people[0], Somebody)
    assert found.left_out == {"column Shoe size": 1}
