"""TLS on the engine: asyncio's protocol, without what costs most in it for small messages."""

from __future__ import annotations

from asyncio import sslproto
from typing import TYPE_CHECKING, Any

_Again: Any = getattr(sslproto, "SSLAgainErrors", ())


class TLSProtocol(sslproto.SSLProtocol):
    """asyncio's, with a smaller read, and with no read that is sure to fail.

    asyncio makes a bytes object of `max_size` for each record it decrypts, which has 16 KiB at most, and cuts it.
    malloc maps and unmaps objects above 128 KiB each time.
    """

    max_size = 64 * 1024

    if TYPE_CHECKING:
        _sslobj: Any
        _incoming: Any
        _app_protocol: Any

        def _call_eof_received(self) -> None: ...
        def _start_shutdown(self) -> None: ...

    # Python 3.11 has this method, which reads until OpenSSL says that it wants more: an exception for every message.
    # Where the last record gave all that was asked of it, and none is left in the BIO, there is nothing more to read.
    def _do_read__copied(self) -> None:
        chunks = []
        chunk = b"-"
        try:
            while chunk:
                chunk = self._sslobj.read(self.max_size)
                if chunk:
                    chunks.append(chunk)
                    if len(chunk) < self.max_size and not self._incoming.pending:
                        break
        except _Again:
            pass
        if chunks:
            self._app_protocol.data_received(chunks[0] if len(chunks) == 1 else b"".join(chunks))
        if not chunk:  # close_notify
            self._call_eof_received()
            self._start_shutdown()


__all__ = ["TLSProtocol"]
