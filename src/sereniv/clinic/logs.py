"""Keeps patient data out of the logs: ids and kinds of error pass, values, bodies and patients' links do not."""

import logging
import re

LINK = re.compile(r"/q/[^/?\s]+")
"""A link that opens a patient's questionnaires: whoever reads it in a log could answer for them."""


class IdentifiersOnly(logging.Filter):
    """Drops request objects, the values inside exceptions and the keys of patients' links from a log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record pass without what could hold somebody's data."""
        if record.exc_info and record.exc_info[0] is not None:
            record.msg = f"{record.getMessage()} [{record.exc_info[0].__name__}{_place(record)}]"
            record.args = ()
            record.exc_info = None
            record.exc_text = None
        said = record.getMessage()
        record.msg, record.args = LINK.sub("/q/…", said), ()
        return True


def _place(record: logging.LogRecord) -> str:
    trace = record.exc_info[2] if record.exc_info else None
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else ""
