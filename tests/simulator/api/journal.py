# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of requests: what clients sent, without their secrets."""

from __future__ import annotations

import json
from typing import Any

from ..clock import iso
from ..model.world import World
from ..store import Row
from . import ontapi
from .messages import Request, Response

SECRETS = ("password", "passphrase", "secret", "token", "private_key")
HIDDEN = "********"
LIMIT = 100_000
"""Entries that are kept; the oldest go first."""


class Journal:
    """The requests in order. `entries` are dicts: number, time, method, path, query, body, status, ms, connection, fault.

    Those of ONTAPI have `call` too, the word of the call.
    """

    def __init__(self) -> None:
        self.entries: list[Row] = []
        self._number = 0

    def begin(self, world: World, request: Request) -> Row:
        """Note a request that came in."""
        self._number += 1
        entry = {
            "number": self._number,
            "time": iso(world.clock.now()),
            "connection": request.connection,
            "method": request.method,
            "path": request.path,
            "query": request.raw_query,
            "body": redacted(request.body),
            "status": None,
        }
        if ontapi.serves(request):
            entry.update(call=ontapi.name_of(request), body=ontapi.logged(request))
        self.entries.append(entry)
        del self.entries[:-LIMIT]
        return entry

    @staticmethod
    def end(entry: Row, response: Response, fault: str | None, milliseconds: float) -> None:
        """Note what was answered; the status is None when nothing was."""
        entry.update(status=None if response.drop else response.status, ms=round(milliseconds, 3), fault=fault)

    def clear(self) -> None:
        """Forget everything."""
        self.entries.clear()

    def connections(self) -> int:
        """On how many connections the requests came."""
        return len({entry["connection"] for entry in self.entries})

    def sent(self, method: str | None = None, path: str | None = None) -> list[Row]:
        """The entries of a method, or of paths that contain this text."""
        return [one for one in self.entries if method in (None, one["method"]) and (path is None or path in one["path"])]

    def calls(self, name: str | None = None) -> list[Row]:
        """The entries of ONTAPI, or of one of its calls, that were carried out or answered with a failure; not those without a login."""
        return [one for one in self.entries if "call" in one and name in (None, one["call"]) and one["status"] != 401]

    def writes(self) -> list[Row]:
        """The entries that are no reads."""
        return [one for one in self.entries if one["method"] not in ("GET", "HEAD", "OPTIONS") and not _only_asks(one)]


def _only_asks(entry: Row) -> bool:
    """Whether an entry is of ONTAPI and changed nothing: a call that reads, or one that was asked for its login."""
    return "call" in entry and (entry["status"] == 401 or ontapi.reads(entry["call"] or ""))


def redacted(body: bytes) -> Any:
    """A body as JSON, with the values of secret fields replaced; None when there is none."""
    if not body.strip():
        return None
    try:
        return _redact(json.loads(body))
    except ValueError:
        return f"{len(body)} bytes that are no JSON"


def _redact(value: Any) -> Any:
    if isinstance(value, list):
        return [_redact(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: HIDDEN if any(word in key.lower() for word in SECRETS) else _redact(item) for key, item in value.items()}
