# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ONTAPI: snapshots. They are done when the call answers, unlike those of the REST API, which leaves them to jobs.

Source: documentation of the manageability SDK, snapshot-create, -delete, -rename, -get-iter, -modify-iter, snapshot-info: inputs,
attributes, that busy is told with the owners. Choices: the words for owners other than "volume clone"; `dependency` of clones is "vclone"
or "LUNs".
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..store import Row
from . import flexclone, snapshot_rules, snapshots
from .ontapi import (
    ESNAPSHOTBUSY,
    ESNAPSHOTDOESNOTEXIST,
    Given,
    OntapiCall,
    OntapiChange,
    OntapiError,
    OntapiIterator,
    Svm,
    unsimulated,
    volume_of,
)
from .world import World

OWNERS = {snapshot_rules.CLONE_OWNER: "volume clone"}
"""Source: what a snapshot below a FlexClone volume was seen to say."""

DEPENDENCIES = {"volume clone": "vclone", "snapmirror": "snapmirror"}
ATTRIBUTES: tuple[str, ...] = (
    "name",
    "volume",
    "vserver",
    "access-time",
    "busy",
    "dependency",
    "comment",
    "snapmirror-label",
    "state",
    "total",
)
ATTRIBUTES += ("snapshot-instance-uuid", "snapshot-version-uuid", "volume-provenance-uuid", "snapshot-owners-list")
KEYS = ("vserver", "volume", "name")
ORDER = ("vserver", "volume", "access-time", "name")
BLOCK = 1024
"""Source: total is the number of blocks of 1024 bytes."""


def _snapshot(world: World, volume: Row, name: str) -> Row:
    row = snapshot_rules.find(world, volume["uuid"], name)
    if row is None:
        raise OntapiError(ESNAPSHOTDOESNOTEXIST, f'Snapshot "{name}" does not exist in volume "{volume["name"]}".')
    return row


def _create(world: World, svm: Svm, given: Given) -> Row:
    unsimulated(given, "is-valid-lun-clone-snapshot", "async")
    volume = volume_of(world, svm, given["volume"])
    body = {"name": given["snapshot"], "comment": given.get("comment", ""), "snapmirror_label": given.get("snapmirror-label", "")}
    snapshots.create(world, volume["uuid"], world.store.uuid(), body)
    return {}


def _delete(world: World, svm: Svm, given: Given) -> Row:
    unsimulated(given, "ignore-owners")
    volume = volume_of(world, svm, given["volume"])
    row = _snapshot(world, volume, given["snapshot"])
    if given.get("snapshot-instance-uuid", row["uuid"]) != row["uuid"]:
        raise OntapiError(ESNAPSHOTDOESNOTEXIST, f'Snapshot "{given["snapshot"]}" has another instance.')
    holders = owners(world, row)
    if holders:
        raise OntapiError(ESNAPSHOTBUSY, f'Snapshot "{row["name"]}" is busy: {", ".join(holders)}.')
    snapshots.remove(world, row["uuid"])
    return {}


def _rename(world: World, svm: Svm, given: Given) -> Row:
    volume = volume_of(world, svm, given["volume"])
    snapshots.change(world, _snapshot(world, volume, given["current-name"])["uuid"], {"name": given["new-name"]})
    return {}


def _modify(world: World, svm: Svm, row: Row, values: dict[str, str]) -> None:
    body = {name.replace("-", "_"): value for name, value in values.items() if name in ("comment", "snapmirror-label")}
    snapshots.change(world, row["snapshot-instance-uuid"], body)


def owners(world: World, row: Row, busy: set[str] | None = None) -> list[str]:
    """Who keeps a snapshot, in the words of ONTAPI."""
    names = snapshot_rules.owners(row, flexclone.busy(world) if busy is None else busy)
    return [OWNERS.get(name, name.replace("_", " ")) for name in names]


def _rows(world: World, svm: Svm) -> Iterable[Row]:
    """Every snapshot. Source: the vendor's collection: a vserver can be asked for its own name too. Choice: that is always told."""
    busy = flexclone.busy(world)
    for row in list(world.store.table("snapshots").values()):
        if svm is None or row["svm"]["uuid"] == svm["uuid"]:
            yield _view(row, owners(world, row, busy))


def _view(row: Row, holders: list[str]) -> Row:
    found: dict[str, Any] = {
        "name": row["name"],
        "volume": row["volume"]["name"],
        "vserver": row["svm"]["name"],
        "access-time": int(snapshot_rules.moment(row["create_time"])),
        "busy": bool(holders),
        "comment": row.get("comment") or None,
        "snapmirror-label": row.get("snapmirror_label"),
        "snapshot-instance-uuid": row["uuid"],
        "snapshot-version-uuid": row["version_uuid"],
        "volume-provenance-uuid": row["provenance_volume"]["uuid"],
        "state": "valid",
        "total": row["size"] // BLOCK,
    }
    if holders:
        found["snapshot-owners-list"] = [{"snapshot-owner": {"owner": name}} for name in holders]
        found["dependency"] = ",".join(dict.fromkeys(DEPENDENCIES.get(name, "LUNs") for name in holders))
    return found


CREATE = {"volume": "text", "snapshot": "text", "comment": "text", "snapmirror-label": "text", "async": "flag"}
CREATE["is-valid-lun-clone-snapshot"] = "flag"
DELETE = {"volume": "text", "snapshot": "text", "snapshot-instance-uuid": "text", "ignore-owners": "flag"}
RENAME = {"volume": "text", "current-name": "text", "new-name": "text"}

LISTED = OntapiIterator("snapshot-get-iter", "snapshot-info", _rows, keys=KEYS, attributes=ATTRIBUTES, order=ORDER)
CHANGEABLE = ("name", "comment", "snapmirror-label")
"""Source: the vendor's collection sends the name too, unchanged."""

CALLS = (
    OntapiCall("snapshot-create", _create, CREATE, required=("volume", "snapshot")),
    OntapiCall("snapshot-delete", _delete, DELETE, required=("volume", "snapshot")),
    OntapiCall("snapshot-rename", _rename, RENAME, required=tuple(RENAME)),
    LISTED,
    OntapiChange("snapshot-modify-iter", LISTED, CHANGEABLE, _modify),
)
