"""The listening socket: what is accepted on it answers at once, also on a connection that is kept."""

import asyncio
import socket

from sereniv.cli.serve import _listen


def test_accepted_connections_send_without_waiting_for_an_acknowledgement() -> None:
    async def accepted() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def comes(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = _listen(0)
        server = await asyncio.start_server(comes, sock=listening)
        async with server:
            _, writer = await asyncio.open_connection(*listening.getsockname())
            option = await found
            writer.close()
            await writer.wait_closed()
        return option

    assert asyncio.run(accepted()) != 0
