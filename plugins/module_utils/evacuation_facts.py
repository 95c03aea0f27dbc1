# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads what a plan of moves needs: each collection once, whatever the size of the cluster.

Source of the fields and of the releases that have them: API reference and the SDK's description. GET /storage/aggregates does not list
root aggregates, and GET /storage/volumes no root volumes of nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from . import ha, states
from .client import Client, dig
from .errors import Ambiguous, InputError
from .evacuation_rules import Aggregate, Moving, Volume
from .maintenance import MOVING
from .pools import place_of
from .selection import among
from .version import parse
from .volume_fields import VOLUMES

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

AGGREGATE_FIELDS = {
    **dict.fromkeys((*ha.AGGREGATE_FIELDS, "snaplock_type"), "9.6"),
    "space.block_storage.size": "9.6",
    "space.block_storage.used": "9.6",
    "block_storage.primary.disk_class": "9.6",
    "block_storage.storage_type": "9.11.1",
    "block_storage.mirror.enabled": "9.6",
    "data_encryption.software_encryption_enabled": "9.6",
    "data_encryption.drive_protection_enabled": "9.6",
}
VOLUME_FIELDS = {
    **dict.fromkeys(("name", "uuid", "svm.name", "aggregates.name", "style", "type", "state", "size", "is_svm_root"), "9.6"),
    **dict.fromkeys(("space.used", "space.footprint", "space.snapshot.used", "guarantee.type", "encryption.type"), "9.6"),
    "space.total_footprint": "9.8",
    "space.physical_used": "9.10.1",
    "clone.is_flexclone": "9.6",
    "clone.split_initiated": "9.6",
    "movement.state": "9.6",
    "movement.percent_complete": "9.6",
    "movement.destination_aggregate.name": "9.6",
}
"""Each field with the release that has it."""

STANDING = ("paused", "cutover_wait")
"""States of a move that does not go on by itself."""

MIXED_SNAPLOCK = parse("9.10.1")
"""Since this release an aggregate takes volumes of any SnapLock type. Source: documentation, SnapLock."""


class Facts:
    """What was read: aggregates by name, the volumes in question, other volumes that are being moved, and the lists of SVMs."""

    def __init__(self) -> None:
        self.aggregates: dict[str, Aggregate] = {}
        self.homes: dict[str, list[str]] = {}
        self.volumes: list[Volume] = []
        self.others: list[Volume] = []
        self.lists: dict[str, frozenset[str]] = {}
        self.same_snaplock = False

    def known(self, names: Iterable[str], option: str) -> list[str]:
        """These names, each of which must be an aggregate."""
        found = list(dict.fromkeys(names))
        missing = [name for name in found if name not in self.aggregates]
        if missing:
            there = ", ".join(self.aggregates) or "none that this account sees"
            raise InputError(f"There is no aggregate {', '.join(missing)}.", hint=f"The data aggregates are: {there}.", target=option)
        return found


def read_cluster(client: Client) -> Facts:
    """Nodes, data aggregates and SVMs."""
    nodes = ha.read_nodes(client)
    facts = Facts()
    facts.same_snaplock = client.release() < MIXED_SNAPLOCK
    for record in client.records(ha.AGGREGATES, _fields(client, AGGREGATE_FIELDS)):
        one = aggregate_of(record, nodes)
        facts.aggregates[one.name] = one
        facts.homes.setdefault(one.home, []).append(one.name)
    facts.aggregates = dict(sorted(facts.aggregates.items()))
    for names in facts.homes.values():
        names.sort()
    facts.homes.update({name: [] for name in nodes if name not in facts.homes})
    for record in client.records("/svm/svms", ["name", "aggregates.name"]):
        if record.get("aggregates"):
            facts.lists[record["name"]] = frozenset(one["name"] for one in record["aggregates"])
    return facts


def _fields(client: Client, table: dict[str, str]) -> list[str]:
    """The fields that the cluster's release has."""
    release = client.release()
    return [field for field, since in table.items() if parse(since) <= release]


def aggregate_of(record: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> Aggregate:
    """An aggregate from its record and those of all nodes."""
    node, home = str(dig(record, "node.name")), str(dig(record, "home_node.name"))
    partners = [one.get("name") for one in dig(nodes.get(home, {}), "ha.partners") or []]
    disk, kind = dig(record, "block_storage.primary.disk_class"), dig(record, "block_storage.storage_type")
    space = dig(record, "space.block_storage") or {}
    return Aggregate(
        record["name"],
        node,
        int(space.get("size") or 1),
        int(space.get("used") or 0),
        uuid=record.get("uuid", ""),
        home=home,
        pair="+".join(sorted({home, *(str(one) for one in partners)})),
        media=tuple(str(word) for word in (disk, kind) if word),
        mirrored=bool(dig(record, "block_storage.mirror.enabled")),
        encrypted=bool(dig(record, "data_encryption.software_encryption_enabled")),
        drives=bool(dig(record, "data_encryption.drive_protection_enabled")),
        snaplock=record.get("snaplock_type") or "non_snaplock",
        barred=_barred(record, node, home, nodes),
    )


def _barred(record: dict[str, Any], node: str, home: str, nodes: dict[str, dict[str, Any]]) -> str:
    """Why an aggregate cannot take volumes at all, as the end of a sentence."""
    if record.get("state") != "online":
        return f"is {record.get('state')}"
    if node != home:
        return f"is on {node} and not at home on {home}"
    if not dig(record, "space.block_storage.size"):
        return "does not tell its size"
    state = nodes.get(node, {}).get("state")
    return "" if state in ("up", None) else f"is on {node}, which is {state}"


# -- volumes ---------------------------------------------------------------------------------------------------------------


def read_volumes_on(client: Client, facts: Facts, sources: list[str]) -> None:
    """All volumes of these aggregates."""
    if not sources:
        return
    term = among("aggregates.name", sources)
    query = {term.path: term.text} if term.text is not None else {}
    order = {name: at for at, name in enumerate(sources)}
    for record in client.records(VOLUMES, _fields(client, VOLUME_FIELDS), query):
        mine = [one["name"] for one in record.get("aggregates") or [] if one["name"] in order]
        if mine:
            facts.volumes.append(volume_of(record, mine[0], order[mine[0]]))


def read_volumes(client: Client, facts: Facts, texts: list[str], svm: str | None) -> None:
    """The volumes that these texts name; each must be exactly one."""
    names = [Name(text, svm) for text in texts]
    found: dict[str, Volume] = {}
    for path, wanted in (("uuid", {one.uuid for one in names}), ("name", {one.name for one in names})):
        if wanted - {""}:
            for record in client.select(VOLUMES, _fields(client, VOLUME_FIELDS), {path: wanted - {""}}):
                found[record["uuid"]] = volume_of(record, str((record.get("aggregates") or [{}])[0].get("name")), 0)
    index = Index(found.values())
    meant = {}
    for at, name in enumerate(names):
        one = index.one(name, "volumes")
        if one.uuid not in meant:
            one.listed = at
            meant[one.uuid] = one
    facts.volumes.extend(meant.values())


class Name:
    """What a text says of a volume: SVM, name or uuid, each empty when it does not; in OpenStack's words too."""

    def __init__(self, text: str, svm: str | None = None) -> None:
        self.text = text.strip()
        self.uuid = self.text.lower() if UUID.fullmatch(self.text) else ""
        said, self.name = (None, "") if self.uuid else place_of(self.text)
        self.svm = said or svm or ""


class Index:
    """Volumes by what may be said of them."""

    def __init__(self, volumes: Iterable[Volume]) -> None:
        self._found: dict[str, list[Volume]] = {}
        for one in volumes:
            for word in (one.uuid.lower(), one.name):
                self._found.setdefault(word, []).append(one)

    def all(self, name: Name) -> list[Volume]:
        """The volumes that a name means."""
        found = self._found.get(name.uuid or name.name, [])
        return found if name.uuid else [one for one in found if name.svm in ("", one.svm)]

    def one(self, name: Name, option: str) -> Volume:
        """The one volume that a name means."""
        found = self.all(name)
        if not found:
            raise InputError(f"There is no volume {name.text}.", hint="Write it as svm:volume, or give its uuid.", target=option)
        if len(found) > 1:
            places = ", ".join(sorted(f"{one.svm}:{one.name}" for one in found))
            raise Ambiguous(f"{name.text} is the name of {len(found)} volumes: {places}.", hint="Write it as svm:volume.", target=option)
        return found[0]


def volume_of(record: dict[str, Any], source: str, listed: int) -> Volume:
    """A volume from its record, as a resident of one aggregate."""
    space, clone = record.get("space") or {}, dig(record, "clone.is_flexclone")
    size, thick = int(record.get("size") or 0), dig(record, "guarantee.type") == "volume"
    # Source: SDK's description: footprint is the data in the aggregate, total_footprint has metadata too; savings are not in them.
    footprint = max(int(space.get(name) or 0) for name in ("footprint", "total_footprint"))
    content = int(space.get("used") or 0) + int(dig(space, "snapshot.used") or 0)
    physical = int(space.get("physical_used") or 0)
    # Source: documentation, recommendations for moving volumes: a clone that is moved shares nothing with its parent any more.
    taken = max(footprint, physical, content) if clone or not footprint else max(footprint, physical)
    copied = content if clone or not physical else physical
    return Volume(
        str(dig(record, "svm.name")),
        record["name"],
        record["uuid"],
        source,
        max(taken, size) if thick else taken,
        bytes=copied,
        frees=max(footprint, size) if thick and not clone else footprint,
        thick=thick,
        root=bool(record.get("is_svm_root")),
        encryption=dig(record, "encryption.type") or "none",
        obstacle=obstacle(record),
        moving=moving(record),
        listed=listed,
    )


def obstacle(record: dict[str, Any]) -> str:
    """Why a volume cannot be moved, as the end of a sentence. Source: documentation, recommendations for moving volumes."""
    if record.get("style", "flexvol") != "flexvol":
        return f"is a {str(record['style'])}: its constituents are moved one by one, and not by this plan"
    if record.get("type") == "ls":
        return "is a load-sharing mirror, which ONTAP does not move"
    if record.get("state") != "online":
        return f"is {record.get('state')}; only a volume that is online can be moved"
    if dig(record, "clone.is_flexclone") and dig(record, "clone.split_initiated"):
        return "is being split from its parent; wait until that is done"
    return ""


def moving(record: dict[str, Any]) -> Moving | None:
    """The move that a volume is in, if any; a state that no table knows raises UnknownState."""
    state = dig(record, "movement.state")
    if state is None or states.meaning(states.MOVEMENT, state, f"the move of {record.get('name')}") in (states.DONE, states.FAILED):
        return None
    goal = str(dig(record, "movement.destination_aggregate.name"))
    return Moving(goal, state, int(dig(record, "movement.percent_complete") or 0), state in STANDING)


def read_moves(client: Client, facts: Facts) -> None:
    """The other volumes that are being moved, which take slots and space."""
    mine = {one.uuid for one in facts.volumes}
    for record in client.records(VOLUMES, _fields(client, VOLUME_FIELDS), {"movement.state": "|".join(MOVING)}):
        if record["uuid"] not in mine:
            facts.others.append(volume_of(record, str((record.get("aggregates") or [{}])[0].get("name")), 0))


def read_paths(client: Client, facts: Facts) -> None:
    """Which volumes have LUNs that are mapped."""
    if not facts.volumes:
        return
    svms = among("svm.name", {one.svm for one in facts.volumes})
    query = {svms.path: svms.text} if svms.text is not None else {}
    mapped = {
        (dig(record, "svm.name"), str(dig(record, "lun.name")).split("/")[2])
        for record in client.records("/protocols/san/lun-maps", ["svm.name", "lun.name"], query)
        if str(dig(record, "lun.name")).startswith("/vol/")
    }
    for one in facts.volumes:
        one.mapped = (one.svm, one.name) in mapped
