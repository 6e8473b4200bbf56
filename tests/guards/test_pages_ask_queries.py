"""Pages ask the tables by the questions that have a name, and never build one of their own."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "src/sereniv/clinic/web"


def test_no_page_builds_a_query_from_a_table() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted(PAGES.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "objects"
    ]
    assert not found, f"Give the question a name in records/queries.py or accounts/staff.py, and ask it there: {found}"
