# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bytes over HTTPS: one kept-alive session per task, verified TLS, timeouts, and repeats of what is safe to repeat.

TLS comes from one context per set of files, made once per process: a worker that is forked inherits it, which saves
the 25 ms that loading the system's authorities costs each time. Because the context is ours, REQUESTS_CA_BUNDLE cannot
override `ca_path` or `validate_certs` behind the user's back.
"""

from __future__ import annotations

import itertools
import os
import ssl
from typing import Any
from urllib.parse import quote, urlencode

from . import waiting
from .errors import (
    AuthenticationFailed,
    InputError,
    LostAnswer,
    NotAuthorized,
    OntapError,
    Unreachable,
    UntrustedCertificate,
)

try:
    import requests
    from requests.adapters import HTTPAdapter
    from requests.auth import HTTPBasicAuth
except ImportError:
    requests = None  # type: ignore[assignment]
    HTTPAdapter = object  # type: ignore[assignment,misc]
    HTTPBasicAuth = None  # type: ignore[assignment,misc]

CLIENT = "ndo.ontap/0.2.0"
READS = ("GET", "HEAD", "OPTIONS")
FIRST_ATTEMPTS = 5
"""Tries at an address that has never answered; it may simply be wrong."""
PATIENCE = 90.0
"""Seconds for which an address that has answered before may be silent: long enough for a management LIF to move."""
CONNECT_TIMEOUT = 10
NEVER_SENT = "no connection"
PASSING = (429, 502, 503, 504)
"""Statuses of a server or proxy that is too busy for now. Of these only 429 proves that a write was not carried out."""

_CONTEXTS: dict[tuple[Any, ...], ssl.SSLContext] = {}


class Settings:
    """Where the cluster is and how to log in, from the shared connection options."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.host = params["hostname"].strip()
        self.port = params.get("port") or 443
        self.username = params.get("username")
        self.password = params.get("password")
        self.cert = params.get("cert_filepath")
        self.key = params.get("key_filepath")
        self.ca_path = params.get("ca_path")
        self.verify = params.get("validate_certs") is not False
        self.timeout = params.get("http_timeout") or 30
        for what, path in (("ca_path", self.ca_path), ("cert_filepath", self.cert), ("key_filepath", self.key)):
            if path and not os.path.exists(path):
                raise InputError(f"{what}: there is no file {path}.")

    @property
    def base(self) -> str:
        """The root of all addresses, with an IPv6 address in brackets."""
        host = f"[{self.host}]" if ":" in self.host and not self.host.startswith("[") else self.host
        return f"https://{host}:{self.port}"


class Request:
    """A request, with a body that becomes JSON, or with `content` as it is.

    safe: it may be repeated although it may have been carried out, as reads may; name: what to call it when it fails.
    """

    def __init__(
        self, method: str, path: str, query: Any = None, body: Any = None, headers: Any = None, *, content: bytes | None = None, **more: Any
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.headers = headers
        self.content = content
        self.safe: bool = more.get("safe", method in READS)
        self.name: str = more.get("name", f"{method} {path}")

    @property
    def facts(self) -> dict[str, Any]:
        """What an error says of it."""
        return {"method": self.method, "path": self.path}


class Response:
    """An answer: HTTP status and the parsed JSON object (an empty one for an empty body, or where no JSON was sent), or its content."""

    def __init__(self, status: int, body: dict[str, Any], headers: Any, content: bytes = b"") -> None:
        self.status = status
        self.body = body
        self.headers = headers
        self.content = content


def tls_context(ca_path: str | None = None, cert: str | None = None, key: str | None = None, verify: bool = True) -> ssl.SSLContext:
    """The TLS context for these files; made once per process. Without ca_path, the system's authorities count."""
    ca_path = ca_path or os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    wanted = (ca_path, cert, key, verify)
    if wanted not in _CONTEXTS:
        _CONTEXTS[wanted] = _make_context(*wanted)
    return _CONTEXTS[wanted]


def _make_context(ca_path: str | None, cert: str | None, key: str | None, verify: bool) -> ssl.SSLContext:
    try:
        if not verify:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        elif ca_path:
            folder = os.path.isdir(ca_path)
            context = ssl.create_default_context(cafile=None if folder else ca_path, capath=ca_path if folder else None)
        else:
            context = ssl.create_default_context()
        if cert:
            context.load_cert_chain(cert, key)
    except (OSError, ssl.SSLError) as error:
        files = ", ".join(name for name in (ca_path, cert, key) if name)
        raise InputError(f"The certificate files cannot be used ({files}): {error}.") from error
    return context


class _Adapter(HTTPAdapter):
    """An adapter that always uses our context, whatever the environment says; repeats are decided in Transport."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__(max_retries=0, pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, cert_reqs=self._context.verify_mode, **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=self._context, cert_reqs=self._context.verify_mode, **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to add: the context has it all."""

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        return super().build_connection_pool_key_attributes(request, True, None)[0], {}


def _no_login(request: Any) -> Any:
    """Keeps requests from looking for a password in ~/.netrc when a certificate is the login."""
    return request


class Transport:
    """One connection to one cluster. `timeout` is the limit for one answer in seconds."""

    def __init__(self, settings: Settings) -> None:
        if requests is None:
            raise OntapError("The Python library requests is missing on the machine that runs this task.", hint="pip install requests")
        self.settings = settings
        self._answered = False
        self._deadline: waiting.Deadline | None = None
        self._session = requests.Session()
        self._session.headers.update({"Accept": "application/json", "X-Dot-Client-App": CLIENT})
        self._session.auth = (
            HTTPBasicAuth(settings.username.encode(), (settings.password or "").encode()) if settings.username else _no_login
        )
        self._session.mount("https://", _Adapter(tls_context(settings.ca_path, settings.cert, settings.key, settings.verify)))

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def send(self, method: str, path: str, query: Any = None, body: Any = None, headers: Any = None) -> Response:
        """Send one request and return its answer, whatever its status, except 401 and a 403 without reason.

        A read is repeated after a broken connection or a passing 429, 502, 503, 504. A write is repeated only when it
        provably did not reach ONTAP; when that is uncertain, LostAnswer is raised.
        """
        return self.deliver(Request(method, path, query, body, headers))

    def deliver(self, request: Request) -> Response:
        """Send a request that is made already, by the rules of send()."""
        patience = waiting.Deadline(PATIENCE if self._deadline is None else min(PATIENCE, self._deadline.left()))
        for attempt in itertools.count():
            try:
                response = self._once(request)
            except Unreachable as error:
                if self._is_enough(attempt, patience, error):
                    raise
                waiting.backoff(attempt)
                continue
            self._answered = True
            if patience.left() <= 0 or not _worth_repeating(request, response.status):
                return self._checked(request, response)
            waiting.backoff(attempt, _retry_after(response.headers))
        raise AssertionError("the attempts never end")

    def limit(self, deadline: waiting.Deadline) -> None:
        """Do not repeat a request past this deadline."""
        self._deadline = deadline

    def _is_enough(self, attempt: int, patience: waiting.Deadline, error: Unreachable) -> bool:
        """Whether to give up: soon at an address that never let us in, later at one that broke off or answered before."""
        if not self._answered and error.facts.get("state") == NEVER_SENT:
            return attempt >= FIRST_ATTEMPTS - 1
        return patience.left() <= 0

    def _once(self, request: Request) -> Response:
        url = self.settings.base + request.path
        # ONTAP does not read a plus sign as a blank, which is how requests would write one.
        query = urlencode(request.query, doseq=True, quote_via=quote, safe="") if request.query else None
        sent = {"params": query, "json": request.body, "data": request.content, "headers": request.headers}
        timeout = (min(CONNECT_TIMEOUT, self.settings.timeout), self.settings.timeout)
        try:
            answer = self._session.request(request.method, url, timeout=timeout, allow_redirects=False, **sent)
            if request.content is not None:
                return Response(answer.status_code, {}, answer.headers, answer.content)
            return Response(answer.status_code, _parsed(answer, request), answer.headers)
        except requests.RequestException as error:
            raise self._explained(error, request) from error

    def _explained(self, error: Exception, request: Request) -> OntapError:
        where = f"{self.settings.host}:{self.settings.port}"
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                return UntrustedCertificate(f"The certificate of {where} is not trusted: {cause.verify_message}.", **request.facts)
        words = _plain(causes[-1])
        never_sent = _never_sent(causes)
        if request.safe or never_sent:
            state = NEVER_SENT if never_sent else "connection broken"
            return Unreachable(f"No answer from {where}: {words}.", state=state, **request.facts)
        return LostAnswer(f"The answer of {where} to {request.name} was lost: {words}.", **request.facts)

    def _checked(self, request: Request, response: Response) -> Response:
        facts: dict[str, Any] = {"status": response.status, **request.facts}
        if response.status == 401:
            who = f"user {self.settings.username}" if self.settings.username else f"the certificate {self.settings.cert}"
            raise AuthenticationFailed(f"{self.settings.host} does not accept the login of {who}.", **facts)
        if response.status in PASSING and not response.body.get("error"):
            if request.safe or response.status == 429:
                raise Unreachable(f"{self.settings.host} is too busy to answer {request.name} (HTTP {response.status}).", **facts)
            raise LostAnswer(f"{self.settings.host} answered HTTP {response.status} to {request.name}.", **facts)
        if response.status == 403 and not response.body.get("error"):
            raise NotAuthorized(f"{self.settings.host} forbids {request.name} (HTTP 403).", **facts)
        return response


def _parsed(answer: Any, request: Request) -> dict[str, Any]:
    if not answer.content:
        return {}
    try:
        body = answer.json()
    except ValueError:
        body = None
    if isinstance(body, dict):
        return body
    if answer.status_code in PASSING or answer.status_code in (401, 403):
        return {}
    raise OntapError(
        f"The answer to {request.name} is not ONTAP's JSON (HTTP {answer.status_code}).",
        hint="Is this the address of a cluster management LIF, or of a proxy or another device?",
        status=answer.status_code,
        **request.facts,
    )


def _worth_repeating(request: Request, status: int) -> bool:
    return status == 429 or (status in PASSING and request.safe)


def _retry_after(headers: Any) -> float:
    """The server's own wish in seconds, within reason; dates are ignored, for our backoff does as well."""
    value = str(headers.get("Retry-After", ""))
    return min(30.0, float(value)) if value.isdigit() else 0.0


def _causes(error: BaseException | None) -> Any:
    """An error and everything below it: requests and urllib3 nest the cause in args, reason and __cause__."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        yield error
        nested = [getattr(error, "reason", None), *error.args, error.__cause__, error.__context__]
        error = next((one for one in nested if isinstance(one, BaseException)), None)


def _never_sent(causes: list[BaseException]) -> bool:
    names = {type(cause).__name__ for cause in causes}
    return bool(names & {"NewConnectionError", "ConnectTimeoutError", "ConnectTimeout", "NameResolutionError", "ProxyError"})


def _plain(cause: BaseException) -> str:
    """The innermost cause in a few words, without object addresses."""
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    words = str(cause) or type(cause).__name__
    return words.rpartition(">: ")[2].rstrip(".")
