# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every exception that the collection raises on purpose.

An error is made from facts (which object, ONTAP's code and words, which request) and turns itself into the arguments of
fail_json. The message is one sentence that names the object; the hint says what to do about it.
"""

from __future__ import annotations

from typing import Any

FACTS = ("code", "target", "status", "method", "path", "job", "state", "actions_done")


class OntapError(Exception):
    """Base of all deliberate failures. Facts are those of FACTS; a fact that is None is left out.

    `results`: what became of each object of a task that had several; `more`: what else the task returns although it failed.
    """

    hint = ""

    def __init__(self, message: str, hint: str | None = None, **facts: Any) -> None:
        unknown = set(facts) - set(FACTS)
        if unknown:
            raise TypeError(f"not a fact of an error: {', '.join(sorted(unknown))}")
        super().__init__(message)
        self.message = message
        self.hint = self.hint if hint is None else hint
        self.facts = {name: value for name, value in facts.items() if value is not None}
        self.results: list[dict[str, Any]] | None = None
        self.more: dict[str, Any] = {}

    def to_fail(self) -> dict[str, Any]:
        """The arguments of fail_json: msg for people, error for programs."""
        error: dict[str, Any] = {"kind": type(self).__name__, "message": self.message, **self.facts}
        if self.hint:
            error["hint"] = self.hint
        found = {} if self.results is None else {"results": self.results}
        return {"msg": " ".join(part for part in (self.message, self.hint) if part), "error": error, **found, **self.more}

    @property
    def code(self) -> str:
        """ONTAP's own code as a string; empty when ONTAP did not answer."""
        return str(self.facts.get("code", ""))


class InputError(OntapError):
    """The task asks for something that makes no sense, found before anything was sent."""


class Refused(OntapError):
    """We do not do this, because of what it would hit, unless it is asked for by name."""


class MalformedDocument(OntapError):
    """A document from elsewhere is not what its format says; the message names what is wrong."""


class UnsupportedRelease(OntapError):
    """The cluster's ONTAP release lacks something that the task asks for."""


class Unreachable(OntapError):
    """No connection, or it broke before an answer came; the request had no effect, or had none that matters (a read)."""

    hint = "Check the address, the port, the network between here and the cluster, and that the management LIF is up."


class UntrustedCertificate(OntapError):
    """The cluster's certificate does not verify. Never retried without verification."""

    hint = (
        "Give the certificate of the authority that signed it in ca_path, use the host name that the certificate names, "
        "or, on a network that you trust, set validate_certs to false."
    )


class LostAnswer(OntapError):
    """A write was sent and its answer never came: whether it took effect must be read from the object."""

    hint = "Whether ONTAP carried it out is not known; look at the object's state before you repeat it."


class AuthenticationFailed(OntapError):
    """ONTAP does not accept the credentials (HTTP 401)."""

    hint = "Check the user name and the password or the client certificate, and that the account may use the http application."


class NotAuthorized(OntapError):
    """The account is known but may not do this (HTTP 403, code 6)."""

    hint = "Use a cluster-scoped account whose role has access to this path; an SVM-scoped account cannot do cluster-wide work."


class ApiError(OntapError):
    """ONTAP refused a request; code and message are its own."""


class NotFound(ApiError):
    """The object of the request does not exist."""


class MethodNotSupported(ApiError):
    """The path exists and does not take this HTTP method."""


class Busy(ApiError):
    """ONTAP is doing something else with the object at the moment; the same request may succeed later."""


class PartlyDone(ApiError):
    """ONTAP carried out a part of the request before it failed; only the object can tell which."""


class JobFailed(ApiError):
    """A background job ended in failure, in the job's own words."""


class JobVanished(OntapError):
    """A job's record is gone, so its object has to say how the job ended."""


class Ambiguous(OntapError):
    """More than one object fits where exactly one was meant."""


class UnknownState(OntapError):
    """ONTAP reports a state that no table of states.py knows; waiting on it could loop for ever."""


class WaitTimeout(OntapError):
    """The deadline passed. What was started goes on in ONTAP; a second run joins it."""


class OperationFailed(OntapError):
    """What we waited for ended badly, in ONTAP's own words."""


class SomeFailed(OntapError):
    """A task over several objects in which some failed; what became of each is in `results`."""
