# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who may ask for what."""

from __future__ import annotations

import base64
import binascii

from ..model.refusal import Refusal
from .messages import Request

CLUSTER = "cluster"
REALM = {"WWW-Authenticate": 'Basic realm="ONTAP"'}
OPEN_TO_SVM = ("/api/cluster",)
CLOSED_TO_SVM = ("/api/cluster/", "/api/storage/aggregates", "/api/storage/disks", "/api/private/cli", "/api/support/ems/events")
"""Source: an SVM-scoped account has no right to cluster objects (403, code 6). Choice: /cluster itself (its version), and the
jobs that its own writes start, can be read, because clients of such accounts do so."""


class Account:
    """A user: the password, and the SVM to which the account is confined."""

    def __init__(self, password: str, svm: str | None = None) -> None:
        self.password = password
        self.svm = svm


class Accounts:
    """The users of a simulated cluster by name."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}

    def add(self, name: str, password: str, svm: str | None = None) -> None:
        """Add a user; one with an SVM sees only that."""
        self._accounts[name] = Account(password, svm)

    def who(self, request: Request) -> Account:
        """The account of a request, by client certificate (common name) or basic authentication; 401 otherwise.

        The code and the words of the 401 are a choice: no source decides.
        """
        if request.certificate in self._accounts:
            return self._accounts[request.certificate]
        name, password = credentials(request.headers.get("authorization", ""))
        account = self._accounts.get(name)
        if account is None or account.password != password:
            raise Refusal(401, "6", "User is not authorized.")
        return account


def credentials(header: str) -> tuple[str, str]:
    """User name and password of a basic Authorization header; empty when there are none."""
    scheme, _space, token = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _colon, password = base64.b64decode(token, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, password


def check(account: Account, request: Request) -> None:
    """Refuse what an SVM-scoped account may not reach."""
    if account.svm is None or request.path in OPEN_TO_SVM and request.method == "GET":
        return
    if request.path.startswith("/api/cluster/jobs/"):
        return
    if request.path.startswith(CLOSED_TO_SVM) or request.path in OPEN_TO_SVM:
        raise Refusal(403, "6", "not authorized for that command")
