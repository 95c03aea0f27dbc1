# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups: their fields, and the groups of an SVM as one read shows them.

Source of paths, releases and values: API reference and the SDK's description, consistency_group. Children are records of the collection
too, and a name is unique among all groups of an SVM.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .client import dig
from .fields import SET, Field
from .group_members import GROUPS
from .objects import Resource
from .volume_fields import POLICY

APPLICATIONS = (
    "oracle",
    "other",
    "exchange",
    "sql_server",
    "sap_hana",
    "vmware",
    "mongodb",
    "db2",
    "mysql",
    "sap_maxdb",
    "postgresql",
    "sap_ase_sybase",
)
COMPONENTS = ("data", "logs", "other")
OS_TYPES = "aix hpux hyper_v linux netware openvms solaris solaris_efi vmware windows windows_2008 windows_gpt xen"

FIELDS = (
    Field("snapshot_policy", "snapshot_policy.name", POLICY, unset="none"),
    Field("application_type", "application.type", since="9.12.1"),
    Field("component_type", "application.component_type", since="9.12.1"),
    Field("tags", "_tags", SET, unset=[], since="9.15.1"),
)
"""What a group, and each of its children, has as settings of its own."""

GROUP = Resource(
    "consistency group", GROUPS, (Field("svm", "svm.name"), Field("name")), FIELDS, assigned=(Field("uuid"),), asynchronous=True
)

PLACE = ("uuid", "name", "svm.name", "parent_consistency_group.uuid", "parent_consistency_group.name")
"""Which group it is, and whose child."""

VOLUME_FIELDS = ("volumes.name", "volumes.uuid")
LUN_FIELDS = ("luns.name", "luns.lun_maps.igroup.name")
QOS_FIELD = "volumes.qos.policy.name"

Record = dict[str, Any]


def volumes_of(record: Record | None) -> set[str]:
    """The names of the volumes that are in a group itself."""
    return {one["name"] for one in (record or {}).get("volumes") or []}


def igroups_of(lun: Record) -> list[str]:
    """The igroups to which a LUN is mapped."""
    return sorted({str(dig(one, "igroup.name")) for one in lun.get("lun_maps") or []})


def luns_of(record: Record | None) -> dict[str, list[str]]:
    """The LUNs of a group, each with its igroups."""
    return {one["name"]: igroups_of(one) for one in (record or {}).get("luns") or []}


class Scene:
    """The groups of an SVM at one moment."""

    def __init__(self, records: Iterable[Record]) -> None:
        self.records = list(records)

    def named(self, name: str) -> Record | None:
        """The group of this name, a child or not."""
        return next((one for one in self.records if one["name"] == name), None)

    def children(self, record: Record | None) -> list[Record]:
        """The children of a group, by name."""
        if record is None:
            return []
        found = [one for one in self.records if dig(one, "parent_consistency_group.uuid") == record["uuid"]]
        return sorted(found, key=lambda one: str(one["name"]))

    def owner(self, volume: str) -> Record | None:
        """The group that has a volume itself."""
        return next((one for one in self.records if volume in volumes_of(one)), None)

    def volumes(self, record: Record | None) -> list[Record]:
        """The volumes of a group and of its children."""
        return [one for part in (record or {}, *self.children(record)) for one in part.get("volumes") or []]

    def qos_policy(self, record: Record | None) -> str | None:
        """The QoS policy that all volumes of a group have; empty when none has one, and null when they differ."""
        found = {dig(one, "qos.policy.name") or "" for one in self.volumes(record)}
        return found.pop() if len(found) == 1 else None


def what(record: Record) -> str:
    """A group in a sentence."""
    parent = dig(record, "parent_consistency_group.name")
    return f"consistency group {record['name']}" + (f", a child of {parent}" if parent else "")
