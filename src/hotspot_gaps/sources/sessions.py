"""Web sessions: watched, so that no server holds us up, and with no password but the address's."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import requests
    from urllib3 import HTTPConnectionPool


class Deadline:
    """Ends the connection of a session when too little arrives, whatever a server sends.

    The time-outs of sockets are for the next bytes only: a byte now and then, or headers without
    end, would hold them off for ever. So a thread shuts the connection down from outside.

    Parameters
    ----------
    seconds
        Within which the next `each_bytes` must arrive, counted anew from there.
    each_bytes
        How many bytes buy that time again.

    Attributes
    ----------
    passed
        Whether they did not arrive in time; from then on every connection is shut down.
    """

    def __init__(self, seconds: float, each_bytes: int) -> None:
        self.passed = False
        self._seconds, self._each_bytes = seconds, each_bytes
        self._until, self._arrived = time.monotonic() + seconds, 0
        self._watched: socket.socket | None = None
        self._lock, self._over = threading.Lock(), threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)

    def __enter__(self) -> Deadline:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        if self._watched is not None:
            self._watched.close()

    def arrived(self, count: int) -> None:
        """Count bytes of the file."""
        self._arrived += count
        if self._arrived >= self._each_bytes:
            self._until, self._arrived = time.monotonic() + self._seconds, 0

    def watch(self, connection: socket.socket) -> None:
        """Watch a connection in place of the last one."""
        # A copy stays valid when TLS takes the socket over, and ends the same connection.
        copy = connection.dup()
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = copy
            if self.passed:
                self._end()

    def _wait(self) -> None:
        while (left := self._until - time.monotonic()) > 0:
            if self._over.wait(left):
                return
        with self._lock:
            self.passed = True
            self._end()

    def _end(self) -> None:
        if self._watched is not None:
            with contextlib.suppress(OSError):  # it has ended already
                self._watched.shutdown(socket.SHUT_RDWR)


def web_session(deadline: Deadline) -> requests.Session:
    """Make a session that a deadline ends; it follows no redirect, and reads no .netrc file.

    Proxies and certificates are taken from the environment.
    """
    import requests

    class Adapter(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, *args: Any, **options: Any) -> None:
            super().init_poolmanager(*args, **options)
            _watch_all(self.poolmanager, deadline)

        def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
            known = proxy in self.proxy_manager
            manager = super().proxy_manager_for(proxy, **options)
            if not known:
                _watch_all(manager, deadline)
            return manager

    class Session(requests.Session):
        def get_redirect_target(self, resp: requests.Response) -> None:
            """Leave redirects to the caller, who looks at each."""

        def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
            """Use no connection twice, so that the last one made is the one to be watched."""
            self.close()
            return super().send(request, **options)

    session = Session()
    session.auth = _password_of_address
    session.mount("http://", Adapter())
    session.mount("https://", Adapter())
    return session


def _password_of_address(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Send the user and password that the address has; without this, those of .netrc are sent."""
    import requests

    user, password = requests.utils.get_auth_from_url(request.url or "")
    return requests.auth.HTTPBasicAuth(user, password)(request) if user or password else request


def _watch_all(manager: Any, deadline: Deadline) -> None:
    """Let a deadline watch each new connection of a pool manager, of a proxy's as well."""

    def watched(base: type[HTTPConnectionPool]) -> type[HTTPConnectionPool]:
        class Connection(base.ConnectionCls):  # type: ignore[misc, name-defined]
            def _new_conn(self) -> socket.socket:
                made: socket.socket = super()._new_conn()
                deadline.watch(made)
                return made

        class Pool(base):  # type: ignore[misc, valid-type]
            ConnectionCls = Connection

        return Pool

    pools = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: watched(pool) for scheme, pool in pools.items()}
