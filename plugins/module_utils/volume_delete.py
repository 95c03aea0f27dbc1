# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who uses a volume, what speaks against taking it away from them, and how a deleted volume comes back.

The volume's own record tells what must be asked besides; each question is one read for all volumes of a task, and a question whose
answer the task accepts is not asked. Source of fields and paths: API reference.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from typing import Any

from . import smb, states, waiting
from .client import QUERY_LENGTH, Client, dig, literal
from .errors import OntapError, Refused
from .volume_fields import VOLUMES

MAPPED_LUNS, SMB_CLIENTS, NFS_CLIENTS = "mapped_luns", "smb_clients", "nfs_clients"
MIRRORS, LOCKED_SNAPSHOTS, CLONES = "mirrors", "locked_snapshots", "clones"
ACCEPTABLE = (MAPPED_LUNS, SMB_CLIENTS, NFS_CLIENTS, MIRRORS, LOCKED_SNAPSHOTS)
"""What a task may accept by name; clones never, because ONTAP does not delete their parent."""

NEEDED = ("*", "nas.path", "clone", "is_svm_root", "snapmirror.is_protected", "movement.state", "movement.destination_aggregate.name")
"""What the record of a volume that is to be deleted must have. The star and the whole of clone bring what the release knows:
snapshot_count is there since 9.10.1 and clone.has_flexclone since 9.16.1, and asking for them by name would fail before."""

SHOWN = 5
"""Users of one kind that a message names."""

CLONES_EXIST = "524615"
"""ONTAP's code for a volume that has clones. Source: API reference, volume."""


CLONES_FIRST = "Clones cannot be accepted: first split them (split: true), or delete them (purge: true)."


class Question:
    """One read that tells who uses volumes.

    path: the collection; key: the field that has the volume's uuid; fields: what is read; tell: the words for one record, or None when
    it does not count; query: terms besides the volumes.
    """

    def __init__(
        self, words: str, path: str, key: str, fields: Iterable[str], tell: Callable[[dict[str, Any]], str | None], **query: Any
    ) -> None:
        self.words = words
        self.path = path
        self.key = key
        self.fields = tuple(fields)
        self.tell = tell
        self.query = {name.replace("__", "."): value for name, value in query.items()}

    def ask(self, client: Client, records: list[dict[str, Any]]) -> dict[str, list[str]]:
        """The words for every user of these volumes, by the volume's uuid."""
        answers: dict[str, list[str]] = {record["uuid"]: [] for record in records}
        uuids = "|".join(answers)
        svms = "|".join(sorted({literal(dig(record, "svm.name")) for record in records}))
        where = {self.key: uuids} if len(uuids) <= QUERY_LENGTH else {"svm.name": svms}
        for user in client.records(self.path, [*self.fields, self.key], {**self.query, **where}):
            words = self.tell(user)
            for uuid in _volumes(user, self.key) if words else ():
                if uuid in answers:
                    answers[uuid].append(str(words))
        return answers


def _volumes(user: dict[str, Any], key: str) -> list[str]:
    """The volumes that a record is about: one, or each of a list."""
    first, _dot, rest = key.partition(".")
    return [one[rest] for one in user.get(first) or []] if isinstance(user.get(first), list) else [dig(user, key)]


def _lun(user: dict[str, Any]) -> str | None:
    groups = [dig(one, "igroup.name") for one in user.get("lun_maps") or []]
    return f"{user['name']} (igroup {', '.join(groups)})" if groups else None


def _client(user: dict[str, Any]) -> str:
    return f"{user.get('client_ip')} ({user.get('protocol')})"


def _lock(user: dict[str, Any]) -> str | None:
    """Clones are told as such, so they do not count as owners here."""
    times = [time for time in (user.get("expiry_time"), user.get("snaplock_expiry_time")) if time and in_future(time)]
    owners = [owner for owner in user.get("owners") or [] if "clone" not in owner]
    reasons = [*(f"until {time}" for time in times[:1]), *(f"by {owner}" for owner in owners)]
    return f"{user['name']} ({', '.join(reasons)})" if reasons else None


def in_future(text: str) -> bool:
    """Whether a time of the API is still to come; so is a word that is no time, such as infinite."""
    moment = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.replace("Z", "+00:00"))
    try:
        return datetime.datetime.fromisoformat(moment).timestamp() > waiting.clock.wall()
    except ValueError:
        return True


QUESTIONS = {
    MAPPED_LUNS: Question(
        "mapped LUNs", "/storage/luns", "location.volume.uuid", ("name", "lun_maps.igroup.name"), _lun, status__mapped=True
    ),
    SMB_CLIENTS: Question("SMB sessions", smb.SESSIONS, "volumes.uuid", ("user", "client_ip", "open_files"), smb.who),
    NFS_CLIENTS: Question("NFS clients", "/protocols/nfs/connected-clients", "volume.uuid", ("client_ip", "protocol"), _client),
    LOCKED_SNAPSHOTS: Question(
        "locked snapshots",
        f"{VOLUMES}/*/snapshots",
        "volume.uuid",
        ("name", "expiry_time", "snaplock_expiry_time", "owners"),
        _lock,
    ),
    CLONES: Question(
        "FlexClones",
        VOLUMES,
        "clone.parent_volume.uuid",
        ("name", "svm.name"),
        lambda user: f"{dig(user, 'svm.name')}:{user['name']}",
    ),
}


def concerns(record: dict[str, Any], accepted: set[str]) -> list[str]:
    """What must be asked before the volume is deleted."""
    found = cut_off(record, accepted)
    if record.get("snapshot_count") != 0 and LOCKED_SNAPSHOTS not in accepted:
        found.append(LOCKED_SNAPSHOTS)
    if _may_have_clones(record, accepted):
        found.append(CLONES)
    return found


def cut_off(record: dict[str, Any], accepted: set[str]) -> list[str]:
    """What must be asked before the volume goes offline: who has it mapped or, while it has a path, mounted."""
    kinds = [MAPPED_LUNS, *unmounted(record)]
    return [kind for kind in kinds if kind not in accepted]


def unmounted(record: dict[str, Any]) -> list[str]:
    """What must be asked before the volume loses its path; nothing when it has none."""
    return [SMB_CLIENTS, NFS_CLIENTS] if dig(record, "nas.path") else []


def _may_have_clones(record: dict[str, Any], accepted: set[str]) -> bool:
    """Releases before 9.16.1 do not tell; every clone needs a snapshot of its parent.

    When nothing is lost by a refusal, and nothing else is asked, ONTAP itself is asked.
    """
    told = dig(record, "clone.has_flexclone")
    if told is not None:
        return bool(told)
    alone = accepted.issuperset(ACCEPTABLE) and not dig(record, "nas.path")
    return record.get("snapshot_count") != 0 and not alone


def listed(kind: str, users: list[str]) -> str:
    """A few words on the users of one kind."""
    more = f" and {len(users) - SHOWN} more" if len(users) > SHOWN else ""
    return f"{QUESTIONS[kind].words}: {', '.join(users[:SHOWN])}{more}"


def refuse_users(what: str, fate: str, users: dict[str, list[str]]) -> None:
    """Raise Refused when somebody uses the volume who was not accepted."""
    found = {kind: names for kind, names in users.items() if names}
    if found:
        raise Refused(
            f"{what} is in use and would be {fate}: {'; '.join(listed(kind, names) for kind, names in found.items())}.",
            hint=f"Take these away first, or accept it by name: accept: [{', '.join(found)}].",
        )


def refuse(what: str, record: dict[str, Any], users: dict[str, list[str]], accepted: set[str]) -> None:
    """Raise Refused with everything that speaks against deleting the volume."""
    said = {kind: listed(kind, names) for kind, names in users.items() if names}
    if CLONES not in said and dig(record, "clone.has_flexclone"):
        said[CLONES] = "FlexClones that were deleted and are still in the recovery queue"
    if MIRRORS not in accepted and record.get("type") == "dp":
        said[MIRRORS] = "it is the destination of a mirror (type dp)"
    elif MIRRORS not in accepted and dig(record, "snapmirror.is_protected"):
        said[MIRRORS] = "it is the source of a mirror"
    final = _never(record)
    if not said and not final:
        return
    ways = []
    kinds = [kind for kind in said if kind != CLONES]
    if kinds:
        ways.append(f"Take away what is named, or accept it by name: accept: [{', '.join(kinds)}].")
    if CLONES in said:
        ways.append(CLONES_FIRST)
    raise Refused(f"{what} is not deleted: {'; '.join([*final, *said.values()])}.", hint=" ".join(ways))


def _never(record: dict[str, Any]) -> list[str]:
    """What cannot be accepted: ONTAP would refuse, after the volume has lost its path."""
    reasons = []
    if record.get("is_svm_root"):
        reasons.append("it is the root volume of its SVM, which goes with the SVM")
    if states.MOVEMENT.get(dig(record, "movement.state")) in (states.RUNNING, states.WAITING):
        reasons.append(f"it is being moved to {dig(record, 'movement.destination_aggregate.name')} ({dig(record, 'movement.state')})")
    return reasons


def clones_of(client: Client, record: dict[str, Any]) -> str:
    """A sentence on the clones that ONTAP did not want to delete a volume for."""
    try:
        names = QUESTIONS[CLONES].ask(client, [record])[record["uuid"]]
    except OntapError:
        names = []
    named = f" Its clones: {', '.join(names)}." if names else " They may be in the recovery queue."
    return CLONES_FIRST + named


def recovery(svm: str, name: str, purged: bool) -> dict[str, Any]:
    """How a deleted volume comes back. Source: knowledge base, volume recovery queue; CLI manual, volume recovery-queue."""
    if purged:
        return {"queue": False, "hint": f"The volume {name} is gone for good, and its space is free."}
    hint = (
        f"For 12 hours, unless the SVM {svm} has another time, the volume is in the recovery queue as {name}_ and a number. "
        f"Find it with 'volume recovery-queue show -vserver {svm} -volume {name}_*' (privilege level diagnostic), bring it back with "
        f"'volume recovery-queue recover -vserver {svm} -volume NAME', then rename it, and give it its path, policies and LUN maps again. "
        f"Until then its space is in use, which 'volume recovery-queue purge' frees."
    )
    return {"queue": True, "name": f"{name}_*", "hours": 12, "hint": hint}
