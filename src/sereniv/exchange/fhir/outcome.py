"""What went wrong, as FHIR says it: a kind, the words, and where in the request it is."""

from sereniv.exchange.fhir.written import Resource, kept


class Failed(Exception):  # noqa: N818  an answer, not a fault of ours
    """A request that is answered with an OperationOutcome: HTTP status, FHIR's issue type, words, and where."""

    def __init__(self, status: int, kind: str, words: str, where: str = "", wait_s: int = 0) -> None:
        super().__init__(words)
        self.status, self.kind, self.words, self.where, self.wait_s = status, kind, words, where, wait_s


def outcome(kind: str, words: str, where: str = "", severity: str = "error") -> Resource:
    """Return an OperationOutcome with one issue."""
    issue = {"severity": severity, "code": kind, "details": {"text": words}, "expression": [where] if where else []}
    return {"resourceType": "OperationOutcome", "issue": [kept(issue)]}


def not_found(what: str) -> Failed:
    """Return the one answer for what is not here, was erased, or is somebody else's: they do not differ."""
    return Failed(404, "not-found", f"There is no {what} here.")
