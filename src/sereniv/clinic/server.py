"""The application that uvicorn serves: live streams under ASGI, everything else under WSGI on a few threads."""

import asyncio
from collections.abc import Callable, MutableMapping
from importlib import import_module
from typing import Any

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

from sereniv.clinic.live.hub import hub
from sereniv.clinic.live.stream import stream
from sereniv.clinic.live.watch import Watch
from sereniv.clinic.records import chart_store

WORKERS = 8


class Application:
    """Sends a request to the streams or to the pages, and starts and ends the watch with the server."""

    def __init__(self, watch: Watch, at_end: Callable[[], None]) -> None:
        # Django's response is an iterable of bytes at run time; its stubs say less.
        pages: Any = get_wsgi_application()
        self._pages: Any = WSGIMiddleware(pages, workers=WORKERS)
        # Loaded before anybody asks, so that no page waits for the numerics to be imported.
        import_module("sereniv.clinic.urls")
        self._watch = watch
        self._at_end = at_end
        chart_store.appended.connect(_tell_streams, dispatch_uid="live")

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI
        """Serve one request, or the server's own start and end."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/live/"):
            await stream(scope, receive, send)
        elif scope["type"] == "http":
            await self._pages(scope, receive, send)

    async def _lifespan(self, receive: Any, send: Any) -> None:  # noqa: ANN401  ASGI
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                hub.start(asyncio.get_running_loop())
                self._watch.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await asyncio.to_thread(self._watch.end)
                await asyncio.to_thread(self._at_end)
                await send({"type": "lifespan.shutdown.complete"})
                return


def _tell_streams(sender: object, streams: set[str], head: int, **_: object) -> None:
    del sender
    hub.publish("entry", {"seq": head, "streams": sorted(name for name in streams if name != "audit")})
