# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where scheduled-events documents come from: the instance metadata service of Azure, a file, or a variable.

The service speaks plain HTTP on an address that no router forwards, so only a VM that gets the events can ask it. Sources: Azure
documentation, "Scheduled Events for Linux VMs" (endpoint, headers, first call, start of an event) and "Instance Metadata Service" (no
proxy; errors, and which of them pass).
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .arguments import Arguments
from .client import Caller
from .errors import InputError, LostAnswer, OntapError, Unreachable
from .scheduled_events import Document, moment_of
from .transport import CLIENT

try:
    import requests
except ImportError:
    requests = None  # type: ignore[assignment]

PATH = "/metadata/scheduledevents"
ADDRESS = "http://169.254.169.254" + PATH
VERSION = "2020-07-01"
CONNECT_TIMEOUT = 5.0
"""Seconds. The service is on the host of the VM, so it is near or not there."""

PASSING = (410, 429, 500, 502, 503, 504)
"""Statuses of a service that is busy, restarts or is not ready yet."""
UNSENT = (429,)
"""Those of them that prove that nothing was carried out."""

HINT = "Only a VM that gets the events can ask the service: run the task there, or give the document with path or document."

SERVICE = Arguments(
    {
        "url": {"type": "str"},
        "timeout": {"type": "int", "default": 150},
        "retries": {"type": "int", "default": 3},
        "retry_wait": {"type": "int", "default": 3},
        "vms": {"type": "dict", "default": {}},
    }
)
"""How to ask the service, and which VMs of its answers are nodes."""


class Reading:
    """A document, the moment at which it was true (seconds since the Unix epoch), and where it is from."""

    def __init__(self, document: Document, now: float, origin: str) -> None:
        self.document = document
        self.now = now
        self.origin = origin


class Service:
    """The scheduled events of a metadata service. It is never asked through a proxy."""

    def __init__(self, caller: Caller, params: dict[str, Any]) -> None:
        if requests is None:
            raise OntapError("The Python library requests is missing on the machine that runs this task.", hint="pip install requests")
        self.url = address(params["url"] or ADDRESS)
        self.seconds = params["timeout"]
        self.retries = params["retries"]
        self.pause = params["retry_wait"]
        self._caller = caller
        self._session = requests.Session()
        # Neither a proxy nor a login of the environment has a say.
        self._session.trust_env = False
        self._session.headers.update({"Metadata": "true", "Accept": "application/json", "User-Agent": CLIENT})

    def read(self) -> Reading:
        """The document as it is now, and the moment by the clock of the service, against which its times are to be held."""
        answer = self._ask("GET")
        try:
            said = answer.json()
        except ValueError as error:
            raise OntapError(f"The answer of {self.url} is no JSON.", hint="Is this the metadata service?", status=200) from error
        told = moment_of(answer.headers.get("Date", ""))
        return Reading(Document(said), waiting.clock.wall() if told is None else told, self.url)

    def start(self, event: str) -> None:
        """Let an event begin before its time, for all its resources. Asking twice does no harm: the service says 200 again."""
        body = {"StartRequests": [{"EventId": event}]}
        if self._caller.journal is None:
            self._ask("POST", body)
            return
        with self._caller.journal.writing("POST", PATH, {"EventId": event}) as answered:
            answered(self._ask("POST", body).status_code)

    def _ask(self, method: str, body: Any = None) -> Any:
        """Ask until there is an answer, as often and as long as is allowed."""
        deadline = waiting.Deadline(self.seconds)
        for attempt in range(self.retries + 1):
            try:
                return self._once(method, body, deadline)
            except Unreachable as error:
                if attempt == self.retries or deadline.left() <= self.pause:
                    raise
                if self._caller.report:
                    self._caller.report(f"Metadata service: {error.message} It is asked again.")
                waiting.pause(self.pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, body: Any, deadline: waiting.Deadline) -> Any:
        self._caller.requests += 1
        try:
            answer = self._session.request(
                method,
                self.url,
                params={"api-version": VERSION},
                json=body,
                timeout=(CONNECT_TIMEOUT, max(1.0, deadline.left())),
                allow_redirects=False,
            )
        except requests.ConnectTimeout as error:
            raise self._silent("nothing answers there", method) from error
        except requests.RequestException as error:
            raise self._broken(error, method) from error
        if answer.status_code == 200:
            return answer
        raise self._refused(answer, method)

    def _broken(self, error: Exception, method: str) -> OntapError:
        """A connection that was refused, or broke: then nobody knows what became of a write."""
        sent = not isinstance(error, requests.ConnectionError) or "NewConnectionError" not in repr(error)
        words = "the answer took too long" if isinstance(error, requests.Timeout) else "the connection was broken"
        if method != "GET" and sent:
            return LostAnswer(f"{self.url} did not answer {method}: {words}.", hint="Read the event again.", method=method)
        return self._silent(words if sent else "the connection was refused", method)

    def _silent(self, words: str, method: str) -> Unreachable:
        return Unreachable(f"No answer from {self.url}: {words}.", hint=HINT, method=method)

    def _refused(self, answer: Any, method: str) -> OntapError:
        status = answer.status_code
        if status in PASSING:
            words = f"{self.url} cannot answer {method} now (HTTP {status})."
            if method == "GET" or status in UNSENT:
                return Unreachable(words, hint=HINT, status=status, method=method)
            return LostAnswer(words, hint="Read the event again.", status=status, method=method)
        said = " ".join(answer.text.split())[:200]
        return OntapError(f"{self.url} refused {method} (HTTP {status}): {said}", hint="Is url right?", status=status, method=method)


def address(url: str) -> str:
    """The address of the events, without a query; the path may be left out."""
    bare = url.strip().partition("?")[0].rstrip("/")
    scheme, _mark, rest = bare.partition("://")
    if scheme not in ("http", "https") or not rest:
        raise InputError(f"url is {url}; it must begin with http://.", target="url")
    return bare if "/" in rest else bare + PATH


def read_file(path: str) -> Reading:
    """The document in a file of the machine that runs the task."""
    try:
        with open(path, encoding="utf-8") as stream:
            text = stream.read()
    except (OSError, UnicodeDecodeError) as error:
        words = getattr(error, "strerror", None) or "it is no text"
        raise InputError(f"path: {path} cannot be read: {words}.", target="path") from error
    return Reading(Document(text), waiting.clock.wall(), path)


def reading(caller: Caller, params: dict[str, Any]) -> Reading:
    """The document from where the task says: a variable, a file, or (else) the service."""
    if params["document"] is not None:
        return Reading(Document(params["document"]), waiting.clock.wall(), "document")
    if params["path"] is not None:
        return read_file(params["path"])
    return Service(caller, params).read()
