"""Workbooks and CSV files made to ask for more memory than there is: each is refused in words before anything is."""

import io
import zipfile
from collections.abc import Mapping

import pytest

from sereniv.exchange.incoming.contents import Unreadable
from sereniv.exchange.tables.reading import MOST_LINES, MOST_SHEETS, tables_of
from sereniv.exchange.tables.workbook import MOST_CELLS

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
FIRST = '<row r="1"><c r="A1" t="str"><v>Name</v></c></row><row r="2"><c r="A2" t="str"><v>Ida</v></c></row>'


def workbook(*sheets: str, at: str = "xl/worksheets", names: int = 0, **more: str) -> bytes:
    """Pack a workbook of these sheets' rows; `names` shows the last sheet so often again."""
    places = [f"{at}/sheet{number}.xml" for number in range(1, len(sheets) + 1)]
    shown = [*range(1, len(sheets) + 1), *[len(sheets)] * names]
    named = "".join(f'<sheet name="S{place}" sheetId="{place}" r:id="rId{of}"/>' for place, of in enumerate(shown, 1))
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{LINKS}/worksheet" Target="/{place}"/>'
        for number, place in enumerate(places, 1)
    )
    kinds = '<Default Extension="xml" ContentType="application/xml"/>'
    root = f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{kinds}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{LINKS}"><sheets>{named}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        **{
            place: f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'
            for place, rows in zip(places, sheets, strict=True)
        },
    }
    return packed(members | {name.replace("__", "/").replace("_xml", ".xml"): text for name, text in more.items()})


def packed(members: Mapping[str, str]) -> bytes:
    """Pack members as they are."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, text in members.items():
            book.writestr(name, text)
    return made.getvalue()


def test_what_is_packed_here_reads_at_any_path_and_with_cells_that_name_no_place() -> None:
    assert tables_of(workbook(FIRST, at="xl/other"))[0].rows[0].cells == ("Ida",)
    bare = FIRST.replace(' r="A1"', "").replace(' r="A2"', "").replace(' r="1"', "").replace(' r="2"', "")
    styled = f'{bare}<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    assert tables_of(workbook(styled))[0].rows[0].cells == ("Ida",), "a cell with nothing in it takes no room"


FAR = {
    "single quotes": "<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
    "a tab": '<row><c\tr="XFD1048576"><v>1</v></c></row>',
    "another attribute between": f'<row><c s="{"1" * 300}" r="XFD1048576"><v>1</v></c></row>',
    "no place, counted from the last": '<row r="1048576"><c r="XFD7"><v/></c><c><v>1</v></c></row>',
    "a row alone": f'<row r="1048576">{"<c><v>1</v></c>" * 3}</row>',
    "a prefix": f'<x:row xmlns:x="{MAIN}"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "a column beyond the last": '<row><c r="ZZZZZZ1"><v>1</v></c></row>',
    "a row beyond the last": '<row r="4294967296"><c><v>1</v></c></row>',
    "a row in a cell": '<c r="XFD1048576"><row r="1"/><v>1</v></c>',
    "a comment": "<!--><c r='XFD1048576'><v>1</v></c> -->",
    "CDATA": "<![CDATA[<c r='XFD1048576'><v>1</v></c>]]>",
}


@pytest.mark.parametrize("at", ["xl/worksheets", "xl/other", "elsewhere"])
@pytest.mark.parametrize("rows", list(FAR.values()), ids=list(FAR))
def test_a_workbook_of_a_kilobyte_that_reaches_over_everything_is_refused(rows: str, at: str) -> None:
    content = workbook(FIRST + rows, at=at)
    assert len(content) < 3000
    with pytest.raises(Unreadable):
        tables_of(content)


def test_the_cells_of_all_sheets_count_together_also_where_two_show_one_member() -> None:
    half = FIRST + f'<row r="{MOST_CELLS // 200 + 1}"><c r="CV{MOST_CELLS // 200 + 1}"><v>1</v></c></row>'
    with pytest.raises(Unreadable, match="reach over more cells than are read"):
        tables_of(workbook(half, half))
    with pytest.raises(Unreadable, match="hold more cells than are read"):
        tables_of(workbook(half, names=1))
    with pytest.raises(Unreadable, match=f"at most {MOST_SHEETS} are read"):
        tables_of(workbook(FIRST, names=MOST_SHEETS))


def test_a_shared_text_counts_at_each_cell_that_shows_it() -> None:
    texts = f'<sst xmlns="{MAIN}"><si/><si><rPh><t>x</t></rPh></si><si><t>{"x" * 300_000}</t></si></sst>'
    rows = FIRST + '<row><c t="s"><v>2</v></c></row>' * 300
    with pytest.raises(Unreadable, match="hold more text than is read"):
        tables_of(workbook(rows, xl__sharedStrings_xml=texts))
    short = f'<sst xmlns="{MAIN}" uniqueCount="1"><si/><si><rPh><t>x</t></rPh></si><si><t>Bo</t></si></sst>'
    (table,) = tables_of(workbook(rows, xl__sharedStrings_xml=short))
    assert table.rows[1].cells == ("Bo",), "the reader of sheets numbers the empty ones, too"


@pytest.mark.parametrize(
    "texts",
    [
        f'<sst xmlns="{MAIN}" uniqueCount="999999999999"><si><t>x</t></si></sst>',
        f'<!DOCTYPE sst [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;">]><sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>',
        f'<sst xmlns="{MAIN}"><si><t>x</si></sst>', "<a:b:c/>", "no markup",
        f'<?xml version="1.0" encoding="utf-16"?><sst xmlns="{MAIN}">',
    ],
    ids=["room for texts", "a document type", "not closed", "a name in two parts", "no XML", "cut off"],
)  # fmt: skip
def test_a_member_that_does_not_parse_or_declares_more_than_it_holds_is_refused(texts: str) -> None:
    with pytest.raises(Unreadable, match="damaged"):
        tables_of(workbook(FIRST, xl__sharedStrings_xml=texts))


def test_two_members_of_one_name_are_refused_and_what_is_no_xml_is_not_handed_on() -> None:
    with pytest.raises(Unreadable, match="two members of one name"):
        tables_of(workbook(FIRST, xl__Worksheets__Sheet1_xml="<worksheet/>"))
    with pytest.raises(Unreadable, match=r"does not read|holds nothing"):
        far = FAR["single quotes"]
        tables_of(packed({"xl/workbook.xml": "<workbook/>", "xl/workbook.bin": far, "mimetype": "x", "a.png": far}))


def test_a_csv_is_read_no_further_than_the_rows_that_are_read() -> None:
    with pytest.raises(Unreadable, match=f"Over {MOST_LINES} rows with the blank ones"):
        tables_of(b"a,b\n" + b"\n" * (MOST_LINES + 1) + b'"never closed')
    with pytest.raises(Unreadable, match="more cells than are read"):
        tables_of(b"," * (MOST_CELLS + 1))
    with pytest.raises(Unreadable, match="no whole CSV"):
        tables_of(b"x" * 200_000 + b"\na\n")
    (table,) = tables_of(b"a,b" + b"," * 200_000 + b"\n1,2\n")
    assert table.headings == ("a", "b")
