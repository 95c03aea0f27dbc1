# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB sessions: how they are read, which of them are at risk, at which moment of an HA operation they are lost, and the words for that.

Every part of the collection that asks about SMB sessions asks here. Which sessions count: decision 005. Source of paths, fields and
releases: API reference, cifs_session and cifs_open_file. That a LIF which moves cuts them as well: knowledge base, Can ONTAP CIFS clients
survive a LIF migrate (SMB 2 may survive it; that cannot be told from here, so it counts).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import ha
from .client import QUERY_LENGTH, Client, dig, literal
from .errors import ApiError
from .version import require

SESSIONS = "/protocols/cifs/sessions"
FILES = "/protocols/cifs/session/files"
FILES_NEED = {"the list of open files of SMB sessions": "9.11.1"}
VOLUMES = "/storage/volumes"

AT_RISK = {"open_files": ">0", "continuous_availability": "!available"}
"""The query for sessions that have something to lose; is_unprotected() is the same rule for a record."""
FIELDS = (
    "user", "client_ip", "server_ip", "open_files", "continuous_availability", "identifier", "svm.name", "node.name", "volumes.name",
    "volumes.uuid",
)  # fmt: skip
FILE_FIELDS = (
    "identifier", "path", "type", "open_mode", "continuously_available", "share.name", "volume.name", "session.identifier", "svm.name",
    "node.name",
)  # fmt: skip

SHOWN = 10
"""Sessions that a message names before it only counts."""
TAKEOVER, GIVEBACK, RETURN = "takeover", "giveback", "lif_return"
"""The moments at which sessions are lost."""


def is_unprotected(session: dict[str, Any]) -> bool:
    """Whether an SMB session loses open files when its node or aggregate changes: `partial` protects only some of them.

    Source: API reference, cifs_session.continuous_availability.
    """
    return int(session.get("open_files") or 0) > 0 and session.get("continuous_availability") != "available"


def unprotected(client: Client, fields: Iterable[str] = FIELDS) -> list[dict[str, Any]]:
    """All sessions of the cluster that have something to lose; a client may come in by any node to files of any other."""
    return [one for one in client.records(SESSIONS, fields, AT_RISK) if is_unprotected(one)]


def open_files(sessions: Iterable[dict[str, Any]]) -> int:
    """How many files they have open together."""
    return sum(int(one.get("open_files") or 0) for one in sessions)


# -- words ---------------------------------------------------------------------------------------------------------------


def user_of(session: dict[str, Any]) -> str:
    """The user, also where there is none."""
    return str(session.get("user") or "an unknown user")


def who(session: dict[str, Any], svm: bool = False) -> str:
    """A session in a few words, with its SVM where several are in question."""
    number = int(session.get("open_files") or 0)
    where = f"{dig(session, 'svm.name')}, " if svm else ""
    return f"{user_of(session)} at {session.get('client_ip')} ({where}{number} open file{'' if number == 1 else 's'})"


def some(texts: list[str], shown: int = SHOWN, mark: str = "; ") -> str:
    """The first of some texts, and how many more there are."""
    return mark.join(texts[:shown]) + (f" and {len(texts) - shown} more" if len(texts) > shown else "")


def named(sessions: Iterable[dict[str, Any]], shown: int = SHOWN, svm: bool = True) -> str:
    """Whose sessions they are."""
    return some([who(one, svm) for one in sessions], shown)


def short(session: dict[str, Any]) -> dict[str, Any]:
    """A session in playbook words, for results."""
    return {
        "svm": dig(session, "svm.name"),
        "node": dig(session, "node.name"),
        "user": session.get("user"),
        "client": session.get("client_ip"),
        "open_files": int(session.get("open_files") or 0),
        "continuous_availability": session.get("continuous_availability"),
        "volumes": [one.get("name") for one in session.get("volumes") or []],
    }


# -- moments -------------------------------------------------------------------------------------------------------------


class Moment:
    """A moment at which sessions are lost: what happens to which node or aggregate, and to whom."""

    def __init__(self, kind: str, thing: str, sessions: list[dict[str, Any]]) -> None:
        self.kind = kind
        self.thing = thing
        self.sessions = sessions
        self._hit = {id(one) for one in sessions}

    @property
    def words(self) -> str:
        """When that is."""
        if self.kind == RETURN:
            return f"when LIFs go home to {self.thing}"
        return f"at the {self.kind} of {self.thing}"

    def hits(self, session: dict[str, Any]) -> bool:
        """Whether it costs this session."""
        return id(session) in self._hit

    def record(self) -> dict[str, Any]:
        """The moment as a result has it."""
        users = sorted({user_of(one) for one in self.sessions})
        facts = {"sessions": len(self.sessions), "open_files": open_files(self.sessions), "users": users}
        return {"moment": self.kind, "object": self.thing, **facts}


def losses(
    client: Client, sessions: list[dict[str, Any]], aggregates: list[dict[str, Any]], node: str | None = None, out: bool = False
) -> list[Moment]:
    """When the sessions are lost: at the takeover of a node, at the giveback of each of its aggregates, and when its LIFs go home.

    Without a node, at the giveback of each of the aggregates. out: no takeover is to come, so that only what is not home can go home.
    Costs nothing when there is no session, else a read of their volumes and, with a node, one of its LIFs.
    """
    if not sessions:
        return []
    given = sorted(
        one["name"]
        for one in aggregates
        if node is None or (dig(one, "home_node.name") == node and not (out and dig(one, "node.name") == node))
    )
    taken = {one["name"] for one in aggregates if dig(one, "node.name") == node}
    used = places(client, sessions, {*given, *taken})
    found = []
    if node is not None and not out:
        hit = [
            one for one in sessions if dig(one, "node.name") == node or any(volume in used and used[volume] & taken for volume in _ids(one))
        ]
        found.append(Moment(TAKEOVER, node, hit))
    for name in given:
        found.append(Moment(GIVEBACK, name, [one for one in sessions if any(name in used.get(volume, ()) for volume in _ids(one))]))
    if node is not None:
        addresses = homes(client, node, out)
        found.append(Moment(RETURN, node, [one for one in sessions if (dig(one, "svm.name"), one.get("server_ip")) in addresses]))
    return [one for one in found if one.sessions]


def _ids(session: dict[str, Any]) -> list[str]:
    return [one["uuid"] for one in session.get("volumes") or [] if one.get("uuid")]


def places(client: Client, sessions: list[dict[str, Any]], aggregates: set[str]) -> dict[str, set[str]]:
    """The aggregates of the volumes that sessions use, by the uuid of the volume; of many volumes only those on these aggregates."""
    uuids = {uuid for one in sessions for uuid in _ids(one)}
    if not uuids or not aggregates:
        return {}
    volumes = client.select(VOLUMES, ["aggregates.name"], {"uuid": uuids}, {"aggregates.name": aggregates})
    return {one["uuid"]: {aggregate["name"] for aggregate in one.get("aggregates") or []} for one in volumes}


def homes(client: Client, node: str, away: bool) -> set[tuple[Any, Any]]:
    """SVM and address of the LIFs whose home is the node: all of them, or those that are elsewhere."""
    found = client.select(ha.INTERFACES, ["svm.name", "ip.address", "location.node.name"], {"location.home_node.name": [node]})
    return {(dig(one, "svm.name"), dig(one, "ip.address")) for one in found if not (away and dig(one, "location.node.name") == node)}


# -- open files ----------------------------------------------------------------------------------------------------------

Key = tuple[Any, Any, Any]


def key_of(record: dict[str, Any], path: str = "identifier") -> Key:
    """What tells sessions apart; the identifier of one is unique on its node."""
    return dig(record, "svm.name"), dig(record, "node.name"), dig(record, path)


def files_of(client: Client, sessions: list[dict[str, Any]]) -> dict[Key, list[dict[str, Any]]]:
    """The open files of sessions, by key_of() of the session; one read for all of them."""
    found: dict[Key, list[dict[str, Any]]] = {key_of(one): [] for one in sessions}
    if not found:
        return found
    numbers = "|".join(sorted({str(one["identifier"]) for one in sessions}))
    svms = "|".join(sorted({literal(str(dig(one, "svm.name"))) for one in sessions}))
    query = {"session.identifier": numbers} if len(numbers) <= QUERY_LENGTH else {"svm.name": svms}
    try:
        for one in client.records(FILES, FILE_FIELDS, query):
            found.get(key_of(one, "session.identifier"), []).append(one)
    except ApiError:
        require(client.release(), FILES_NEED)
        raise
    return found
