# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application on a socket: HTTPS with a certificate of its own, or plain HTTP.

with Simulator("ha_pair") as simulator:
    requests.get(f"{simulator.url}/api/cluster", auth=simulator.auth, verify=simulator.ca_path)
    simulator.advance(60)
"""

from __future__ import annotations

import secrets
import selectors
import socket
import ssl
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable

from . import certificates, control, scenarios
from .api.app import App
from .api.auth import Accounts
from .api.journal import Journal
from .api.messages import Request, Response
from .clock import ManualClock, ScaledClock
from .faults import Faults
from .imds import PATH as EVENTS
from .imds import Imds
from .model.world import World

IDLE_SECONDS = 30.0
"""Real seconds after which a connection that says nothing, or does not finish its TLS handshake, is closed."""


class Handler(BaseHTTPRequestHandler):
    """One connection. The class attributes make keep-alive quick: without them each request waits for a delayed ACK."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS
    server: Server

    def setup(self) -> None:
        """Shake hands in the thread of the connection, so that a slow client stops nobody else."""
        if isinstance(self.request, ssl.SSLSocket):
            self.request.settimeout(IDLE_SECONDS)
            self.request.do_handshake()
        super().setup()
        self._number = self.server.opened(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.server.closed(self.connection)
        super().finish()

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        body = self.rfile.read(int(length)) if length.isdigit() else b""
        about = {"connection": self._number, "certificate": common_name(self.connection)}
        response = self.server.app(Request(self.command, self.path, dict(self.headers.items()), body, **about))
        if response.drop:
            self._drop(response.drop)
        else:
            self._send(response)

    do_GET = do_HEAD = do_POST = do_PATCH = do_DELETE = do_OPTIONS = do_PUT = _serve  # noqa: N815 - names of the base class

    def _drop(self, how: str) -> None:
        self.close_connection = True
        if how == "reset":
            # A linger time of zero makes close() send a reset instead of an orderly end.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.abandon(self.connection)

    def _send(self, response: Response) -> None:
        payload = response.payload()
        self.send_response_only(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)
        self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of the base class
        """Say nothing: the journal has it all."""


class Server(ThreadingHTTPServer):
    """A listening socket with a thread per connection; it knows its connections, so that stop() can close them."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], app: Callable[[Request], Response], context: ssl.SSLContext | None) -> None:
        self.app = app
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._guard = threading.Lock()
        self._open: set[socket.socket] = set()
        self._count = 0
        self._wake, self._waker = socket.socketpair()
        super().__init__(address, Handler)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def opened(self, connection: socket.socket) -> int:
        """A connection begins; returns its number."""
        with self._guard:
            self._open.add(connection)
            self._count += 1
            return self._count

    def closed(self, connection: socket.socket) -> None:
        """A connection is over."""
        with self._guard:
            self._open.discard(connection)

    def abandon(self, connection: socket.socket) -> None:
        """Close the connection under its handler, without the orderly end."""
        self.closed(connection)
        connection.close()

    def shutdown_request(self, request: Any) -> None:
        """End a connection; one that was abandoned is closed already."""
        if request.fileno() >= 0:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away, or whose handshake fails, is nothing to report."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])

    def start(self) -> Server:
        """Listen in a thread of its own."""
        self._thread = threading.Thread(target=self.serve, daemon=True)
        self._thread.start()
        return self

    def serve(self) -> None:
        """Take connections until stop() is called; unlike serve_forever, nothing is polled, so stopping takes no time."""
        with selectors.DefaultSelector() as selector:
            selector.register(self, selectors.EVENT_READ)
            selector.register(self._wake, selectors.EVENT_READ)
            while all(key.fileobj is self for key, _events in selector.select()):
                # What handle_request() calls, without a selector of its own.
                self._handle_request_noblock()  # type: ignore[attr-defined]

    def stop(self) -> None:
        """Stop listening, and close what is open."""
        self._waker.close()
        self._thread.join()
        self._wake.close()
        self.server_close()
        with self._guard:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def common_name(connection: Any) -> str | None:
    """The common name of the client's certificate, or None."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    subject: Any = (connection.getpeercert() or {}).get("subject", ())
    return next((value for part in subject for name, value in part if name == "commonName"), None)


class Simulator:
    """A simulated cluster that listens: in tests a context manager, on the command line the server itself.

    Options: seed, host, port, tls, username, password, control, client_ca, imds (whether there is a metadata service beside
    it) and imds_port, and time_scale for a clock that runs; without it, and without a clock, time stands still until advance().
    """

    def __init__(self, scenario: Any = "ha_pair", clock: Any = None, version: tuple[int, int, int] = (9, 16, 1), **options: Any) -> None:
        self._scenario = scenario
        scale = options.pop("time_scale", None)
        self._clock = clock or (ScaledClock(scale) if scale else ManualClock())
        self._version = version
        self._seed = options.pop("seed", 0)
        self._listen = (options.pop("host", "127.0.0.1"), options.pop("port", 0))
        self.scheme = "https" if options.pop("tls", True) else "http"
        self.username: str = options.pop("username", "admin")
        self.password: str = options.pop("password", None) or secrets.token_urlsafe(12)
        accounts = Accounts()
        accounts.add(self.username, self.password)
        self._client_ca: str | None = options.pop("client_ca", None)
        self.controlled: bool = options.pop("control", True)
        self._with_imds: bool = options.pop("imds", False)
        self._imds_port: int = options.pop("imds_port", 0)
        if options:
            raise TypeError(f"unknown options: {', '.join(options)}")
        self.accounts = accounts
        self.app = App(self._build(), accounts, control.handle if self.controlled else None, self._rebuild)
        self._server: Server | None = None
        self._imds: Server | None = None

    def _build(self) -> World:
        return scenarios.build(self._scenario, clock=self._clock, seed=self._seed, version=self._version)

    def _rebuild(self) -> None:
        """Put a fresh scenario into the same world, so that those who hold the world keep the right one."""
        fresh = self._build()
        self.world.store = fresh.store
        self.world.settings.clear()
        self.world.settings.update(fresh.settings)

    # -- listening -----------------------------------------------------------------------------------------------------

    def start(self) -> Simulator:
        """Begin to listen."""
        certificates.enter()
        context = self._context() if self.scheme == "https" else None
        self._server = Server(self._listen, self.app, context).start()
        if self._with_imds:
            self.start_imds()
        return self

    def start_imds(self) -> str:
        """Begin to serve scheduled events of Azure too, by plain HTTP; returns where."""
        if self._imds is None:
            self._imds = Server((self.host, self._imds_port), Imds(self.app), None).start()
        return str(self.imds_url)

    def stop(self) -> None:
        """Stop listening."""
        if self._imds:
            self._imds.stop()
            self._imds = None
        if self._server:
            self._server.stop()
            self._server = None
            certificates.leave()

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.server_certificate(self._listen[0]))
        if self._client_ca:
            context.load_verify_locations(self._client_ca)
            context.verify_mode = ssl.CERT_OPTIONAL
        return context

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    @property
    def host(self) -> str:
        """Where it listens."""
        return self._listen[0]

    @property
    def port(self) -> int:
        """The port on which it listens."""
        if self._server is None:
            raise RuntimeError("the simulator does not listen")
        return self._server.port

    @property
    def url(self) -> str:
        """The address of the cluster, without a path."""
        return f"{self.scheme}://{self._name}:{self.port}"

    @property
    def _name(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def imds_url(self) -> str | None:
        """The address of the scheduled events, or None without a metadata service."""
        return f"http://{self._name}:{self._imds.port}{EVENTS}" if self._imds else None

    @property
    def control_url(self) -> str | None:
        """The address of the control paths, or None when they are off."""
        return f"{self.url}/simulator" if self.controlled else None

    @property
    def ca_path(self) -> str | None:
        """The file with the certificate authority of the server, or None without TLS."""
        return certificates.authority().path if self.scheme == "https" else None

    # -- for tests -----------------------------------------------------------------------------------------------------

    @property
    def auth(self) -> tuple[str, str]:
        """User name and password."""
        return self.username, self.password

    @property
    def world(self) -> World:
        """The simulated cluster."""
        return self.app.world

    @property
    def faults(self) -> Faults:
        """The rules by which requests and jobs go wrong."""
        return self.app.faults

    @property
    def log(self) -> Journal:
        """The requests so far."""
        return self.app.journal

    def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        with self.app.lock:
            self.world.clock.advance(seconds)
            self.world.settle()

    def reset(self) -> None:
        """Go back to the start of the scenario."""
        self.app.reset()

    def svm_account(self, name: str = "vsadmin", svm: str | None = None, password: str | None = None) -> tuple[str, str]:
        """Add an account that is confined to an SVM (the first, unless named); returns user name and password."""
        if svm is None:
            svm = next(iter(self.world.store.table("svms").values()))["name"]
        secret = password or secrets.token_urlsafe(12)
        self.accounts.add(name, secret, svm)
        return name, secret
