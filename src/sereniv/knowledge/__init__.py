"""The clinicians' room: cited tables in TOML and the loader that gives them as typed, frozen rows.

A clinician who changes a number after reading a paper edits a table here and nothing else.
"""

from sereniv.knowledge.load import knowledge
from sereniv.knowledge.rows import Action, Evidence, Knowledge, Phase, Priority
from sereniv.knowledge.tables import KnowledgeError

__all__ = ["Action", "Evidence", "Knowledge", "KnowledgeError", "Phase", "Priority", "knowledge"]
