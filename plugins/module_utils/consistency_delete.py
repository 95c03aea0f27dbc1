# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of a consistency group: what goes with it, which of its volumes are deleted too, and what speaks against it.

Source: ONTAP documentation, deleting a consistency group: volumes, LUNs and the snapshots of volumes stay; children go with their parent.
The records that make snapshots of volumes a snapshot of the group go too, so that it cannot be restored any more.
"""

from __future__ import annotations

from typing import Any

from . import volume_delete
from .client import QUERY_LENGTH, Client, dig
from .consistency_fields import Record, Scene, what
from .errors import Refused
from .group_members import GROUPS
from .plan import Step
from .volume_fields import VOLUMES

GROUP_SNAPSHOTS = "group_snapshots"
ACCEPTABLE = (GROUP_SNAPSHOTS, *volume_delete.ACCEPTABLE)
SHOWN = 5


def read_volumes(client: Client, svm: str, names: list[str]) -> list[Record]:
    """The volumes of these names that are there, with what their deletion must know."""
    fields = ["uuid", "name", "svm.name", "state", *volume_delete.NEEDED]
    return sorted(client.select(VOLUMES, fields, {"svm.name": [svm], "name": names}), key=lambda one: str(one["name"]))


def read_users(client: Client, records: list[Record], accepted: set[str]) -> dict[str, dict[str, list[str]]]:
    """Who uses volumes, by uuid and question; a question is asked once for all volumes that it concerns."""
    asked: dict[str, list[Record]] = {}
    for record in records:
        for question in volume_delete.concerns(record, accepted):
            asked.setdefault(question, []).append(record)
    users: dict[str, dict[str, list[str]]] = {record["uuid"]: {} for record in records}
    for question, some in asked.items():
        for uuid, names in volume_delete.QUESTIONS[question].ask(client, some).items():
            users[uuid][question] = names
    return users


def group_uuids(record: Record | None) -> list[str]:
    """A group and its children; none when there is no group."""
    if record is None:
        return []
    return [record["uuid"], *(one["uuid"] for one in record.get("consistency_groups") or [])]


def read_snapshots(client: Client, records: list[Record]) -> dict[str, list[str]]:
    """The names of the snapshots of groups, by the uuid of the group; one read."""
    uuids = {uuid for record in records for uuid in group_uuids(record)}
    text = "|".join(sorted(uuids))
    query = {"consistency_group.uuid": text} if len(text) <= QUERY_LENGTH else {}
    found: dict[str, list[str]] = {uuid: [] for uuid in uuids}
    for one in client.records(f"{GROUPS}/*/snapshots", ["name", "consistency_group.uuid"], query):
        if dig(one, "consistency_group.uuid") in found:
            found[dig(one, "consistency_group.uuid")].append(one["name"])
    return found


def refuse_snapshots(group: str, names: list[str]) -> None:
    """Raise Refused for a group whose snapshots could not be restored any more."""
    if names:
        shown = ", ".join(sorted(names)[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
        raise Refused(
            f"{group} is not deleted: it has snapshots of the group, which could not be restored as one any more: {shown}.",
            hint="Delete these first, or accept it by name: accept: [group_snapshots]. The snapshots of the volumes stay in any case.",
        )


def check_members(group: str, record: Record | None, scene: Scene, names: list[str]) -> None:
    """Refuse volumes that are no members; when the group is gone already, those that are in another group."""
    mine = {one["name"] for one in scene.volumes(record)}
    strangers = []
    for name in names:
        owner = scene.owner(name)
        if record is not None and name not in mine or record is None and owner is not None:
            strangers.append(f"{name} (in {what(owner)})" if owner else name)
    if strangers:
        raise Refused(
            f"{group}: delete_volumes names what is none of its volumes: {', '.join(strangers)}.",
            hint="Only members of the group are deleted with it.",
            target="delete_volumes",
        )


class Ending:
    """What goes with one group: the volumes that the task names, who uses them, and the snapshots of the group."""

    def __init__(self, client: Client, what: str, params: Record) -> None:
        self.client = client
        self.what = what
        self.svm: str = params["svm"]
        self.names: list[str] = sorted(set(params.get("delete_volumes") or ()))
        self.accepted = set(params.get("accept") or ())
        self.snapshots: list[str] | None = None
        self._volumes: list[Record] | None = None
        self._users: dict[str, dict[str, list[str]]] = {}

    def forget(self) -> None:
        """Everything is to be read again."""
        self.snapshots = self._volumes = None

    @property
    def known(self) -> bool:
        """Whether everything was read."""
        return self.snapshots is not None and self._volumes is not None

    def look_at_volumes(self) -> None:
        """Read the volumes that are to be deleted, and who uses them."""
        if self._volumes is None:
            self._volumes = read_volumes(self.client, self.svm, self.names) if self.names else []
            self._users = read_users(self.client, self._volumes, self.accepted)

    def view(self, shown: Record | None, name: str) -> Record | None:
        """The group in playbook words, with those of the named volumes that are there; None when nothing is left."""
        there = [one["name"] for one in self._volumes or ()]
        if shown is None and not there:
            return None
        return {**(shown or {"svm": self.svm, "name": name, "uuid": None}), **({"delete_volumes": there} if self.names else {})}

    def steps(self, state: Record | None, scene: Scene) -> list[Step]:
        """The group goes first, then those of its volumes that the task names; nothing, if one of them speaks against it."""
        volumes = self._volumes or []
        check_members(self.what, state, scene, [one["name"] for one in volumes])
        if state is not None:
            refuse_snapshots(self.what, self.snapshots or [])
        for one in volumes:
            volume_delete.refuse(f"volume {self.svm}:{one['name']}", one, self._users[one["uuid"]], self.accepted)
        steps = [Step("delete", "DELETE", f"{GROUPS}/{state['uuid']}", asynchronous=True)] if state is not None else []
        return steps + [step for one in volumes for step in volume_steps(one)]


def look(client: Client, pairs: list[tuple[Ending, Record | None]]) -> None:
    """Read what speaks against the end of groups; their snapshots in one read."""
    ended = [record for ending, record in pairs if record and GROUP_SNAPSHOTS not in ending.accepted]
    snapshots = read_snapshots(client, ended) if ended else {}
    for ending, record in pairs:
        ending.look_at_volumes()
        ending.snapshots = [name for uuid in group_uuids(record) for name in snapshots.get(uuid, ())]


def volume_steps(record: Record) -> list[Step]:
    """Unmount where it is mounted, and delete."""
    path, name = f"{VOLUMES}/{record['uuid']}", record["name"]
    steps = [Step(f"delete_volume {name}", "DELETE", path, asynchronous=True)]
    if dig(record, "nas.path"):
        steps.insert(0, Step(f"unmount {name}", "PATCH", path, body={"nas": {"path": ""}}, asynchronous=True))
    return steps


def recovery(svm: str, actions: list[str]) -> list[dict[str, Any]]:
    """How the volumes that these actions deleted come back."""
    names = [action.partition(" ")[2] for action in actions if action.startswith("delete_volume ")]
    return [{"volume": name, **volume_delete.recovery(svm, name, False)} for name in names]
