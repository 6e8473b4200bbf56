"""The one page that takes a file, and what holds that file while its page is made: memory, and no folder."""

from typing import Any

from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

UPLOAD_PATH = "/import/"
"""Where a file is sent to; at every other address one is passed over unread."""


class OnePage(MemoryFileUploadHandler):
    """Takes a file at one address alone; the server has refused a longer one before."""

    def handle_raw_input(self, *arguments: Any, **keywords: Any) -> None:
        """Keep in memory what the one page is sent."""
        del arguments, keywords
        self.activated = self.request is not None and self.request.path == UPLOAD_PATH

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep a part of the file; elsewhere end here, with what was typed in the other fields kept."""
        if not self.activated:
            raise StopUpload
        return super().receive_data_chunk(raw_data, start)
