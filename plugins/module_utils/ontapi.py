# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI, the older XML API, for the few calls that the REST API lacks: a thin layer over netapp-lib.

netapp-lib makes the XML and reads it; the bytes go over the connection of the REST client. So the address, the login (by
password or by certificate), the trusted authorities and the timeouts are the same, no second connection is opened, which would
take time while volumes are fenced, and no request is sent without its login first. Failures are the errors that the rest of the
collection knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .client import Client
from .errors import ApiError, AuthenticationFailed, Busy, InputError, NotAuthorized, NotFound, OntapError, UnsupportedRelease
from .transport import Request, Response

PATH = "/servlets/netapp.servlets.admin.XMLrequest_filer"
HEADERS = {"Content-Type": "text/xml", "Accept": "text/xml"}
VERSION = (1, 110)
"""The version of ONTAPI that is spoken, that of ONTAP 9.1: every later release understands it. Source: the vendor's collection."""

PAGE = 500
"""Records asked for per page."""

MISSING = "The Python library netapp-lib, which the engine ontapi needs, is missing on the machine that runs this task."
INSTALL = "pip install netapp-lib"
SWITCHED_OFF = (
    "Is this the address of a management LIF of ONTAP? ONTAP switches ONTAPI off by itself when nobody has used it for 30 days; "
    "then switch it on again, or use engine: rest."
)
"""Source: knowledge base, automatic deactivation of ONTAPI."""

PRIVILEGE = {"13002", "13003"}
UNKNOWN_CALL = "13005"
ABSENT = {"13021", "13040", "15661", "15697", "15698"}
BUSY = {"16", "35", "13024", "13158"}
"""Errnos by what they mean to us. Source: netapp-lib, errors.py."""

RPC_TROUBLE = "RPC: Couldn't make connection"
"""A general error that passes, told by its words. Source: the vendor's collection."""

ON_VSERVER = "on data vserver"
NO_VSERVER = "Vserver API missing vserver parameter"

CLUSTER_ACCOUNT = "Use a cluster-scoped account: this call of ONTAPI is not there for the account of an SVM."
ROLE = "Give the account access to the application ontapi, and its role to the commands behind this call."
LOGIN = "Check the user name and the password or the client certificate, and that the account may use the application ontapi."


class Ontapi:
    """ONTAPI of the cluster to which a REST client speaks; its calls count as requests of that client."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._zapi = _library()

    def call(self, name: str, inputs: dict[str, Any] | None = None, svm: str | None = None, safe: bool = False) -> dict[str, Any]:
        """Make a call, in the SVM where one is named, and return its outputs; a safe call is repeated after a broken connection."""
        element = self._zapi.NaElement(name)
        element.translate_struct(_wire(inputs or {}))
        return plain(self._invoke(name, element, svm, safe))

    def records(
        self, name: str, info: str, query: dict[str, Any] | None = None, attributes: Iterable[str] = (), svm: str | None = None
    ) -> Iterator[dict[str, Any]]:
        """Every record that an iterator such as snapshot-get-iter finds, over all pages; only the missing tag is the end."""
        wanted = dict.fromkeys(attributes, "")
        tag = None
        while True:
            inputs: dict[str, Any] = {"max-records": PAGE, "tag": tag}
            if query:
                inputs["query"] = {info: query}
            if wanted:
                inputs["desired-attributes"] = {info: wanted}
            page = self.call(name, inputs, svm, safe=True)
            yield from page.get("attributes-list") or []
            tag = page.get("next-tag")
            if not tag:
                return

    def _invoke(self, name: str, element: Any, svm: str | None, safe: bool) -> Any:
        server = self._zapi.NaServer(self.client.transport.settings.host)
        server.set_api_version(*VERSION)
        server.set_vserver(svm)
        # The library opens a connection of its own for each call, unless it has this.
        server._opener = _Opener(self.client, name, safe)
        server._build_opener = lambda: None
        try:
            return server.invoke_successfully(element, enable_tunneling=True)
        except self._zapi.NaApiError as error:
            raise ontapi_error(str(error.code), str(error.message), name) from error
        except (SyntaxError, AttributeError) as error:
            # What lxml raises for something that is no XML, and the library for an answer without results.
            raise OntapError(f"The answer to {name} is not ONTAPI's XML.", hint=SWITCHED_OFF, path=name) from error


class _Opener:
    """What netapp-lib takes for an opener of urllib. It sends when it is read from: errors of open() become the library's own."""

    def __init__(self, client: Client, name: str, safe: bool) -> None:
        self._client = client
        self._name = name
        self._safe = safe
        self._content = b""

    def open(self, request: Any, timeout: Any = None) -> _Opener:
        """Take the request from the library."""
        self._content = request.data
        return self

    def read(self) -> bytes:
        """Send it, and give the answer."""
        self._client.requests += 1
        request = Request("POST", PATH, headers=HEADERS, content=self._content, safe=self._safe, name=f"the ONTAPI call {self._name}")
        try:
            response = self._deliver(request)
        except (AuthenticationFailed, NotAuthorized) as error:
            # An account that has the application http alone gets no further than this.
            error.hint = LOGIN if isinstance(error, AuthenticationFailed) else ROLE
            raise
        if response.status != 200 or not response.content:
            words = f"ONTAP answered HTTP {response.status} to the ONTAPI call {self._name}."
            raise ApiError(words, hint=SWITCHED_OFF, status=response.status, path=self._name)
        return response.content

    def _deliver(self, request: Request) -> Response:
        journal = self._client.journal
        if journal is None or self._safe:
            return self._client.transport.deliver(request)
        with journal.writing("ONTAPI", self._name) as answered:
            response = self._client.transport.deliver(request)
            answered(response.status)
            return response


def _library() -> Any:
    """netapp-lib, which is needed where ONTAPI is used and nowhere else."""
    try:
        from netapp_lib.api.zapi import zapi
    except ImportError as error:
        raise InputError(MISSING, hint=f"{INSTALL}, or use engine: rest.") from error
    return zapi


def require_library() -> None:
    """Stop in one sentence when netapp-lib is not there, before anything is sent."""
    _library()


def ontapi_error(errno: str, reason: str, name: str) -> OntapError:
    """The exception for a call that failed; ONTAP's errno and words are kept."""
    text = f"ONTAP refused the ONTAPI call {name}: {reason.rstrip('.')} (errno {errno})."
    kind, hint = _kind(errno, reason)
    return kind(text, hint=hint, code=errno, path=name)


def _kind(errno: str, reason: str) -> tuple[type[OntapError], str | None]:
    if errno == UNKNOWN_CALL:
        return (NotAuthorized, CLUSTER_ACCOUNT) if ON_VSERVER in reason else (UnsupportedRelease, "The release does not have this call.")
    if errno in PRIVILEGE:
        return NotAuthorized, ROLE
    if reason.startswith(NO_VSERVER):
        return ApiError, "This call of ONTAPI is one of an SVM: name the SVM."
    if errno in ABSENT:
        return NotFound, None
    if errno in BUSY or reason.startswith(RPC_TROUBLE):
        return Busy, None
    return ApiError, None


def _wire(inputs: Any) -> Any:
    """Inputs as netapp-lib wants them: texts; those that are None are left out. It would send false and 0 as nothing at all."""
    if isinstance(inputs, dict):
        return {name: _wire(value) for name, value in inputs.items() if value is not None}
    if isinstance(inputs, (list, tuple)):
        return [_wire(value) for value in inputs]
    return str(inputs).lower() if isinstance(inputs, bool) else str(inputs)


def plain(element: Any) -> Any:
    """An element of an answer as a plain value: text, a dict, or a list where the word of the element says that it is one."""
    children = element.get_children()
    if _word(element).endswith("-list"):
        return [plain(child) for child in children]
    if not children:
        return {} if _word(element) == "results" else element.get_content() or ""
    return {_word(child): plain(child) for child in children}


def _word(element: Any) -> str:
    return str(element.get_name()).rpartition("}")[2]
