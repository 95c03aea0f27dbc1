# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which consistency groups there are, and which of them have given volumes: one read, whatever the number of volumes.

A group has volumes or children, two levels at most; the volumes of a parent are those of its children. A volume is in one group at most.
Source: API reference and the SDK's description, consistency_group (since 9.10.1; children are records of their own too).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import Client, dig, literal

GROUPS = "/application/consistency-groups"
FIELDS = (
    "uuid",
    "name",
    "svm.name",
    "parent_consistency_group.uuid",
    "parent_consistency_group.name",
    "volumes.name",
    "volumes.uuid",
    "consistency_groups.name",
    "consistency_groups.uuid",
    "consistency_groups.volumes.name",
    "consistency_groups.volumes.uuid",
)
"""What is read of a group."""


class Group:
    """A consistency group: `volumes` are the uuids of all its volumes by their names, with those of its children."""

    def __init__(self, record: dict[str, Any]) -> None:
        self.uuid: str = record["uuid"]
        self.name: str = record["name"]
        self.svm: str = str(dig(record, "svm.name"))
        self.parent: str | None = dig(record, "parent_consistency_group.name")
        children = record.get("consistency_groups") or []
        self.children: list[str] = [one["name"] for one in children]
        self.volumes: dict[str, str] = {
            one["name"]: one.get("uuid", "") for part in (record, *children) for one in part.get("volumes") or []
        }

    @property
    def what(self) -> str:
        """The group in a sentence."""
        return f"consistency group {self.name}" + (f" of {self.parent}" if self.parent else "")


class Members:
    """How volumes of one SVM stand to its groups.

    exact: the group that has these volumes and no others; of a parent and its only child, which have the same volumes, the parent.
    taken: for each of the volumes that is in a group, the group that has it itself (no parent), also when that is `exact`.
    """

    def __init__(self, groups: Iterable[Group], volumes: Iterable[str]) -> None:
        self.volumes = list(dict.fromkeys(volumes))
        wanted = set(self.volumes)
        self.exact: Group | None = None
        self.taken: dict[str, Group] = {}
        for group in groups:
            if wanted and set(group.volumes) == wanted and (self.exact is None or group.parent is None):
                self.exact = group
            if not group.children:
                self.taken.update({name: group for name in self.volumes if name in group.volumes})

    @property
    def free(self) -> bool:
        """Whether none of the volumes is in any group."""
        return not self.taken

    def sentence(self) -> str:
        """Which of the volumes are in which groups, for a message: "volume a is in consistency group x, volume b in ..."."""
        return ", ".join(f"volume {name} is in {group.what}" for name, group in sorted(self.taken.items()))


def read_groups(client: Client, svms: Iterable[str]) -> list[Group]:
    """All groups of these SVMs, parents and children too; one read."""
    names = set(svms)
    query = {"svm.name": "|".join(sorted(literal(name) for name in names))}
    found = client.records(GROUPS, FIELDS, query)
    return [Group(record) for record in found if dig(record, "svm.name") in names]


def members_of(client: Client, svm: str, volumes: Iterable[str]) -> Members:
    """How these volumes (names) of an SVM stand to its groups; one read."""
    return Members(read_groups(client, [svm]), volumes)
