# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which consistency_group_info tells about consistency groups.

Source of fields, of the releases that have them, and of what is expensive (`extra`): API reference, consistency_group and
consistency_group_snapshot.
"""

from __future__ import annotations

from typing import Any

from .client import Client, dig
from .consistency_fields import FIELDS, igroups_of
from .errors import ApiError
from .fields import Codec
from .gather import UNKNOWN, Joined, Kind, Selector, Word
from .gathered import IN_SVM, NAMES_OF, SVM, below, parts
from .group_members import GROUPS
from .moments import utc
from .selection import size_text

SNAPSHOT_FIELDS = (
    "uuid",
    "name",
    "consistency_group.uuid",
    "create_time",
    "consistency_type",
    "comment",
    "snapmirror_label",
    "is_partial",
    "missing_volumes.name",
)
SINCE_9_12 = ("snapshot_volumes.volume.name",)


class Snapshots(dict[str, list[dict[str, Any]]]):
    """The snapshots of groups, by the uuid of the group; a group that is not in it has none."""

    def get(self, key: str, default: Any = None) -> Any:
        """The snapshots of a group."""
        return super().get(key, [] if default is None else default)


def read_snapshots(client: Client) -> dict[str, Any]:
    """The snapshots of all groups, the oldest first; one that is started and not committed has no time yet, and comes last."""
    path, found = f"{GROUPS}/*/snapshots", Snapshots()
    try:
        records = list(client.records(path, [*SNAPSHOT_FIELDS, *SINCE_9_12]))
    except ApiError as error:
        if error.code not in UNKNOWN:
            raise
        records = list(client.records(path, SNAPSHOT_FIELDS))
    for one in records:
        found.setdefault(dig(one, "consistency_group.uuid"), []).append(_snapshot(one))
    for some in found.values():
        some.sort(key=lambda one: (one["create_time"] is None, one["create_time"] or "", one["name"]))
    return found


def _snapshot(record: dict[str, Any]) -> dict[str, Any]:
    time, volumes = record.get("create_time"), record.get("snapshot_volumes")
    return {
        "name": record["name"],
        "uuid": record["uuid"],
        "create_time": utc(time) if time else None,
        "consistency_type": record.get("consistency_type"),
        "comment": record.get("comment") or "",
        "snapmirror_label": record.get("snapmirror_label") or "",
        "volumes": sorted(str(dig(one, "volume.name")) for one in volumes) if volumes is not None else None,
        "partial": bool(record.get("is_partial")),
        "missing_volumes": sorted(str(one.get("name")) for one in record.get("missing_volumes") or []),
    }


def _luns(luns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The LUNs of a group, each with its igroups."""
    found = [{"name": one["name"], "serial_number": one.get("serial_number"), "igroups": igroups_of(one)} for one in luns]
    return sorted(found, key=lambda one: str(one["name"]))


def _clone(value: dict[str, Any]) -> Any:
    """Where a clone comes from; null for a group that is none."""
    return CLONE.decode(value) if dig(value, "parent_consistency_group.name") else None


CLONE = parts(
    parent="parent_consistency_group.name",
    snapshot="parent_snapshot.name",
    is_flexclone="is_flexclone",
    split_initiated="split_initiated",
    split_complete_percent="split_complete_percent",
)
CLONE_FIELDS = (
    *(f"{name}@9.12.1" for name in below("clone", "parent_consistency_group.name", "parent_snapshot.name", "split_initiated")),
    *(f"{name}@9.15.1" for name in below("clone", "is_flexclone", "split_complete_percent")),
)
LUN_FIELDS = below("luns", "name", "serial_number", "lun_maps.igroup.name")
SORTED = Codec(decode=lambda refs: sorted(NAMES_OF.decode(refs)))

GROUP_KIND = Kind(
    GROUPS,
    (
        SVM,
        Word("name"),
        Word("uuid"),
        Word("parent", "parent_consistency_group.name"),
        Word("children", "consistency_groups", SORTED, asks=("consistency_groups.name",), query="consistency_groups.name", many=True),
        Word("volumes", "volumes", SORTED, asks=("volumes.name",), query="volumes.name", many=True),
        *(Word.of(field, **({"many": True} if field.option == "tags" else {})) for field in FIELDS),
        Word("qos_policy", "qos.policy.name"),
        Word("size", "space.size", say=size_text),
        Word("used", "space.used", say=size_text),
        Word("available", "space.available", say=size_text),
        Word("replicated"),
        Word("clone", codec=Codec(decode=_clone), asks=CLONE_FIELDS, query="", extra=True),
        Word("luns", "luns", Codec(decode=_luns), asks=LUN_FIELDS, query="luns.name", many=True, extra=True),
        Joined("snapshots", read_snapshots),
    ),
    (IN_SVM, Selector("uuid", "uuid"), Selector("volume", "volumes.name"), Selector("parent", "parent_consistency_group.name")),
)
