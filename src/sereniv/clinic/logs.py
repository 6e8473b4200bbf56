"""Keeps patient data out of the logs: ids and kinds of error pass, values, bodies and patients' links do not."""

import logging
import re

LINK = re.compile(r"/q/[^/?\s]+")
"""A link that opens a patient's questionnaires: whoever reads it in a log could answer for them."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""What would begin a line of its own, or move about in what a terminal shows."""


class IdentifiersOnly(logging.Filter):
    """Drops request objects, the values inside exceptions, the keys of patients' links and control characters."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass without what could hold somebody's data."""
        if record.exc_info and record.exc_info[0] is not None:
            record.msg = f"{record.getMessage()} [{record.exc_info[0].__name__}{_place(record)}]"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        said = record.getMessage()
        record.msg, record.args = CONTROL.sub(" ", LINK.sub("/q/…", said)), ()
        return True


def _place(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
