# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which SMB sessions and their open files are told, which sessions a task means, and how many there are of which kind.

Source of fields: API reference, cifs_session and cifs_open_file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import smb
from .client import dig
from .errors import InputError
from .fields import Codec, duration
from .gather import Kind, Request, Selector, Word
from .gathered import NAMES_OF
from .selection import Term
from .smb_allow import matcher

LOST_AT, ALLOWED = "_lost_at", "_allowed"
"""Under these names a record has what was found out about it; ONTAP has no such fields."""


def _seconds(text: Any) -> int | None:
    """Seconds of a duration; None for one that nobody can read."""
    try:
        return duration(text)
    except InputError:
        return None


SECONDS = Codec(decode=_seconds)
SESSION_KIND = Kind(
    smb.SESSIONS,
    (
        Word("svm", "svm.name"),
        Word("node", "node.name"),
        Word("user"),
        Word("client", "client_ip"),
        Word("identifier"),
        Word("server", "server_ip"),
        Word("protocol"),
        Word("open_files"),
        Word("continuous_availability"),
        Word("unprotected", "", Codec(decode=smb.is_unprotected), asks=("open_files", "continuous_availability"), query=""),
        Word("volumes", "volumes", NAMES_OF, asks=("volumes.name",), query="volumes.name", many=True),
        Word("lost_at", "", Codec(decode=lambda record: record.get(LOST_AT, [])), asks=(), query=""),
        Word("allowed", "", Codec(decode=lambda record: record.get(ALLOWED, False)), asks=(), query=""),
        Word("open_shares", extra=True),
        Word("open_other", extra=True),
        Word("connection", "connection_id", extra=True),
        Word("connections", "connection_count", extra=True),
        Word("connected_seconds", "connected_duration", SECONDS, query="", extra=True),
        Word("idle_seconds", "idle_duration", SECONDS, query="", extra=True),
        Word("authentication", extra=True),
        Word("encryption", "smb_encryption", extra=True),
        Word("signing", "smb_signing", extra=True),
        Word("large_mtu", extra=True),
        Word("unix_user", "mapped_unix_user", extra=True),
    ),
    (Selector("svm", "svm.name"), Selector("node", "node.name"), Selector("volume", "volumes.name")),
    always=("svm", "node", "user", "client", "identifier"),
)
COMPARED = {"user": "user", "client": "client_ip"}
"""Options that are compared here only: names of Windows users have no case, and a network has many addresses."""


def compared(option: str, wanted: list[str]) -> Term:
    """The condition that a user, or an address, is one of these; as in an allow-list."""
    path = COMPARED[option]
    accept = [matcher(option, one, option) for one in wanted]
    return Term(path, None, lambda record: any(one(str(record.get(path))) for one in accept))


class SessionRequest(Request):
    """One read of sessions, with what is needed to judge and to count them."""

    NEEDED = ("open_files", "continuous_availability", "node.name", "volumes.name")

    def __init__(self, params: dict[str, Any], at_risk: bool) -> None:
        super().__init__(SESSION_KIND, {**params, "names": None, "patterns": None, "limit": None})
        self.at_risk = at_risk
        self.terms += [compared(option, params[option]) for option in COMPARED if params[option]]
        self.nothing = self.nothing or any(params[option] == [] for option in COMPARED)
        if at_risk:
            asked = {term.path for term in self.terms}
            self.terms += [Term(path, text) for path, text in smb.AT_RISK.items() if path not in asked]

    def query(self) -> dict[str, Any]:
        """The parameters of the read."""
        query = super().query()
        fields = [*query["fields"].split(","), *(smb.FIELDS if self.at_risk else self.NEEDED)]
        return {**query, "fields": ",".join(dict.fromkeys(fields))}

    def accepted(self, records: Iterable[dict[str, Any]]) -> Any:
        """The records that are meant."""
        found = super().accepted(records)
        return (one for one in found if smb.is_unprotected(one)) if self.at_risk else found


# -- open files ----------------------------------------------------------------------------------------------------------


def file_record(record: dict[str, Any]) -> dict[str, Any]:
    """An open file in playbook words."""
    return {
        "volume": dig(record, "volume.name"),
        "share": dig(record, "share.name"),
        "path": record.get("path"),
        "type": record.get("type"),
        "open_mode": record.get("open_mode"),
        "continuously_available": record.get("continuously_available") == "yes",
        "identifier": record.get("identifier"),
    }


# -- counts --------------------------------------------------------------------------------------------------------------


class Count:
    """Sessions of one kind; their open files are not known where a session has some here and some elsewhere."""

    def __init__(self) -> None:
        self.sessions = 0
        self.open_files: int | None = 0
        self.unprotected = 0

    def add(self, session: dict[str, Any], files: int | None) -> None:
        """Count a session, which has so many files open here."""
        self.sessions += 1
        self.unprotected += smb.is_unprotected(session)
        self.open_files = None if files is None or self.open_files is None else self.open_files + files

    def record(self) -> dict[str, Any]:
        """The figures."""
        return {"sessions": self.sessions, "open_files": self.open_files, "unprotected": self.unprotected}


def counts(sessions: list[dict[str, Any]], files: dict[smb.Key, list[dict[str, Any]]] | None) -> dict[str, Any]:
    """How many sessions and open files there are: in all, on each node, on each volume, and by how well they are protected."""
    total = Count()
    nodes: dict[Any, Count] = {}
    levels: dict[Any, Count] = {}
    volumes: dict[Any, Count] = {}
    for one in sessions:
        number = smb.open_files([one])
        total.add(one, number)
        nodes.setdefault(dig(one, "node.name"), Count()).add(one, number)
        levels.setdefault(one.get("continuous_availability"), Count()).add(one, number)
        for name, opened in _by_volume(one, number, None if files is None else files.get(smb.key_of(one), [])).items():
            volumes.setdefault((dig(one, "svm.name"), name), Count()).add(one, opened)
    return {
        **total.record(),
        "nodes": [{"node": node, **one.record()} for node, one in sorted(nodes.items(), key=str)],
        "volumes": [{"svm": svm, "volume": name, **one.record()} for (svm, name), one in sorted(volumes.items(), key=str)],
        "continuous_availability": [{"level": level, **one.record()} for level, one in sorted(levels.items(), key=str)],
    }


def _by_volume(session: dict[str, Any], number: int, files: list[dict[str, Any]] | None) -> dict[str, int | None]:
    names = [one["name"] for one in session.get("volumes") or []]
    if files is None:
        return {name: number if len(names) == 1 or not number else None for name in names}
    opened: dict[str, int | None] = dict.fromkeys(names, 0)
    for one in files:
        name = str(dig(one, "volume.name"))
        opened[name] = (opened.get(name) or 0) + 1
    return opened
