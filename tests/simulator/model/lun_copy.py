# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of LUNs, within an SVM or from one that is peered with it: POST /storage/luns with copy.source.

Sources: the SDK's description of copy.source (the source and the peer, what comes from the source, progress), API reference, lun: 5374943
(nothing else together with a copy), 5374876 and 5374874 (the source), 7018919 (a path to which a copy is on its way), 26345672 to
26345675 (the peer); OpenStack's driver names the path of the source alone. Choices: a source that is named by its path alone is looked
for in the SVM first, and then in the SVMs with which it is peered; which of the four codes of the peer stands for what; a copy has the
content of the moment at which it begins, and serves it from the source.
"""

from __future__ import annotations

import copy

from ..clock import iso
from ..store import Row
from . import lun_clones, lun_rules, lun_transfer, space, svm_peers
from .lun_restore import serial
from .references import only, ref
from .refusal import Refusal
from .world import World

ALLOWED = frozenset({"svm", "name", "location.volume", "location.qtree.name", "location.logical_unit", "copy.source"})
FIELD = "copy.source"
FROM_SOURCE = ("os_type", "class", "comment", "auto_delete", "attributes")


def wanted(body: Row) -> Row | None:
    """The source that a body names, or None when it wants no copy."""
    found = (body.get("copy") or {}).get("source")
    return found if found and (found.get("name") or found.get("uuid")) else None


def check(world: World, owner: Row, body: Row) -> tuple[lun_rules.Place, Row, Row | None]:
    """Where a POST wants a copy, its source, and the peer relationship with the SVM of that, checked."""
    try:
        only(body, ALLOWED, "a LUN copy")
    except Refusal as refusal:
        raise Refusal(400, "5374943", f'The field "{refusal.target}" cannot be set together with "copy".', refusal.target) from None
    given = body["copy"]["source"]
    place = lun_rules.place(world, owner, body)
    lun_rules.check_volume(world, place.volume)
    for lun, move in lun_transfer.active(world):
        if move["kind"] == "copy" and lun["name"] == place.path and lun["svm"]["uuid"] == owner["uuid"]:
            raise Refusal(409, "7018919", f'The path "{place.path}" is the destination of a LUN copy that is in progress.', "name")
    lun_rules.check_free(world, owner["uuid"], place.path, "1254196")
    origin, peer = _source(world, owner, given)
    lun_rules.check_container(world, world.store.table("volumes").get(origin["location"]["volume"]["uuid"]))
    if lun_transfer.under_way(origin):
        lun_transfer.check_still(world, origin)
    lun_transfer.check_limit(world)
    reserved = lun_rules.reserved(place.volume, origin["space"]["guarantee"]["requested"])
    space.require(world, place.volume, origin["space"]["size"] if reserved else origin["space"]["used"], "name")
    return place, origin, peer


def _source(world: World, owner: Row, given: Row) -> tuple[Row, Row | None]:
    if lun_clones.MARK in given.get("name", ""):
        raise Refusal(400, "5374238", "Copying a LUN of a snapshot is not simulated.", f"{FIELD}.name")
    if given.get("peer"):
        peer = svm_peers.named(world, owner, given["peer"])
        return _in(world, [peer["peer"]["svm"]["uuid"]], given), svm_peers.usable(peer)
    if given.get("uuid"):
        row = _in(world, list(world.store.table("svms")), given)
        if row["svm"]["uuid"] == owner["uuid"]:
            return row, None
        return row, svm_peers.usable(svm_peers.between(world, owner, row["svm"]))
    mine = lun_rules.find(world, owner["uuid"], given["name"])
    if mine is not None:
        return mine, None
    for peer in svm_peers.of(world, owner["uuid"]):
        found = lun_rules.find(world, peer["peer"]["svm"]["uuid"], given["name"])
        if found is not None:
            return found, svm_peers.usable(peer)
    for svm in world.store.table("svms").values():
        if lun_rules.find(world, svm["uuid"], given["name"]) is not None:
            svm_peers.between(world, owner, ref(svm))
    return _in(world, [owner["uuid"]], given), None


def _in(world: World, svms: list[str], given: Row) -> Row:
    """The LUN of one of these SVMs that a reference means."""
    uuid, name = given.get("uuid"), given.get("name")
    row = world.store.table("luns").get(uuid) if uuid else lun_rules.find(world, svms[0], str(name))
    if row is None or row["svm"]["uuid"] not in svms:
        raise Refusal(400, "5374876", f'The LUN "{name or uuid}" was not found.', f"{FIELD}.uuid" if uuid else f"{FIELD}.name")
    if name and row["name"] != name:
        raise Refusal(400, "5374874", "copy.source.uuid and copy.source.name do not refer to the same LUN.", FIELD)
    return row


def create(world: World, uuid: str, owner: Row, body: Row) -> None:
    """The LUN is there, and its data follows. Source: its uuid and serial number are new, and it is not mapped."""
    place, origin, peer = check(world, owner, body)
    row: Row = {name: copy.deepcopy(origin[name]) for name in FROM_SOURCE if name in origin}
    requested = origin["space"]["guarantee"]["requested"]
    row.update(
        uuid=uuid,
        name=place.path,
        svm=ref(owner),
        location=place.location(),
        enabled=True,
        serial_number=serial(world),
        create_time=iso(world.now()),
        space={**origin["space"], "guarantee": {"requested": requested, "reserved": lun_rules.reserved(place.volume, requested)}},
        copy={"source": {"name": origin["name"], "uuid": origin["uuid"], **({"peer": svm_peers.short(peer)} if peer else {})}},
        sim={"content": origin["sim"]["content"]},
    )
    world.store.insert("luns", row)
    world.ledger.catch_up()
    lun_clones.inherit(world, row, origin)
    source = {"uuid": origin["uuid"], "path": origin["name"], "volume": origin["location"]["volume"]["uuid"]}
    lun_transfer.begin(world, row, "copy", source, body["copy"]["source"].get("max_throughput"))
