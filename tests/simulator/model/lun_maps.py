# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/protocols/san/lun-maps and .../reporting-nodes: which igroup sees which LUN, by which number, through which nodes.

Source: API reference and the SDK's description, lun_map and lun_map_reporting_node: always synchronous; the lowest free number; the node
of the LUN and its HA partner report it (selective LUN map); nodes come and go in pairs. HTTP status of the codes is a choice, and so
is that igroup codes say why a number or a LUN is not free. Not simulated: replicated maps, warnings about nodes without LIFs.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..reach_san import San, lun_path
from ..store import Row
from . import igroup_rules as rules
from . import lun_rules, lun_transfer
from .family import DONE, Family, Outcome, flag
from .igroup_view import pair_of
from .igroups import find_igroup, remove_igroup
from .lun_view import node_of
from .references import only, pick_svm, ref
from .refusal import Refusal
from .world import World

HIGHEST = 4095
SETTABLE = frozenset({"svm", "lun", "igroup", "logical_unit_number"})


def key_of(lun: str, igroup: str) -> str:
    """The key under which a map is kept."""
    return f"{lun}/{igroup}"


def find_lun(world: World, svm: str, wanted: Row) -> Row:
    """The LUN of an SVM that a reference means by name, uuid or both."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    if name and "/.snapshot/" in name:
        raise Refusal(400, "5374238", f'The LUN "{name}" is in a snapshot.', "lun.name")
    row = world.store.table("luns").get(uuid) if uuid else lun_rules.find(world, svm, str(name))
    if row is None or row["svm"]["uuid"] != svm:
        raise Refusal(400, "5374875", f'The LUN "{name or uuid}" was not found in the SVM.', "lun.uuid" if uuid else "lun.name")
    if name and lun_path(row) != name:
        raise Refusal(400, "5374874", "lun.uuid and lun.name do not refer to the same LUN.", "lun")
    return row


def add(world: World, lun: Row, igroup: Row, number: int | None = None, more: Iterable[Row] = ()) -> Row:
    """Map a LUN to an igroup; `more` are further reporting nodes. Returns the row."""
    key = key_of(lun["uuid"], igroup["uuid"])
    if key in world.store.table("lun_maps"):
        raise Refusal(409, "1254207", f'LUN "{lun_path(lun)}" is already mapped to igroup "{igroup["name"]}".', "lun")
    initiators = San(world.store).members(igroup["uuid"])
    seen = [*rules.seen_by(world, igroup["svm"]["uuid"], initiators), *rules.maps_of(world, [igroup["uuid"]])]
    row: Row = {
        "svm": dict(igroup["svm"]),
        "lun": {"uuid": lun["uuid"], "name": lun_path(lun)},
        "igroup": ref(igroup),
        "logical_unit_number": _number(number, {one["logical_unit_number"] for one in seen}),
        "reporting_nodes": _reporting(world, lun, more),
    }
    for one in seen:
        if one["lun"]["uuid"] == lun["uuid"]:
            text = f'LUN "{lun_path(lun)}" is already mapped to an initiator of the igroup, by igroup "{one["igroup"]["name"]}".'
            raise Refusal(400, "1254193", text, "lun")
    world.store.insert("lun_maps", row, key=key)
    world.ledger.observe_luns(f"LUN {lun_path(lun)} was mapped to igroup {igroup['name']}", [lun["uuid"]])
    return row


def _number(wanted: int | None, taken: set[int]) -> int:
    if wanted is None:
        return next(number for number in range(HIGHEST + 2) if number not in taken)
    if not 0 <= wanted <= HIGHEST:
        raise Refusal(400, "262245", f"The value {wanted} is not in the range 0 to {HIGHEST}.", "logical_unit_number")
    if wanted in taken:
        text = f"Logical unit number {wanted} is already used for an initiator of the igroup."
        raise Refusal(400, "1254324", text, "logical_unit_number")
    return wanted


def _reporting(world: World, lun: Row, more: Iterable[Row]) -> list[Row]:
    node = node_of(world, world.store.table("volumes").get(lun["location"]["volume"]["uuid"]))
    found: dict[str, Row] = {}
    for one in [*([node] if node else []), *more]:
        found.update({member["uuid"]: member for member in pair_of(world, one["uuid"])})
    return list(found.values())


def find_node(world: World, wanted: Row, field: str) -> Row:
    """The node that a reference means by name, uuid or both."""
    uuid, name = wanted.get("uuid"), wanted.get("name")
    row = world.store.table("nodes").get(uuid) if uuid else world.store.find("nodes", name=name)
    if row is None:
        raise Refusal(400, "5374920", f'The node "{name or uuid}" does not exist.', field)
    if name and row["name"] != name:
        raise Refusal(400, "5374921", "The uuid and the name of the node do not refer to the same node.", field)
    return row


def remove(world: World, row: Row) -> None:
    """Unmap a LUN; whoever used it notices. Source: SDK's description: delete_on_unmap takes the igroup with its last map."""
    world.store.remove("lun_maps", key_of(row["lun"]["uuid"], row["igroup"]["uuid"]))
    igroup = world.store.table("igroups").get(row["igroup"]["uuid"])
    if igroup and igroup["delete_on_unmap"] and not rules.maps_of(world, [igroup["uuid"]]):
        remove_igroup(world, igroup, f"igroup {igroup['name']} was deleted with its last map")
    world.ledger.observe_luns(f"LUN {row['lun']['name']} was unmapped from igroup {row['igroup']['name']}", [row["lun"]["uuid"]])


class Views:
    """The views of one moment: what maps of one volume or one igroup have in common is worked out once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._san = San(world.store)
        self._nodes: dict[str, Row | None] = {}
        self._igroups: dict[str, Row] = {}

    def map(self, row: Row) -> Row:
        """The API record of a map."""
        lun = self.world.store.table("luns").get(row["lun"]["uuid"])
        shown: Row = {**row["lun"], "smbc": {"replicated": False}}
        node = self._node(lun["location"]["volume"]["uuid"]) if lun else None
        if node:
            shown["node"] = node
        return {**row, "lun": shown, "igroup": self._igroup(row), "replicated": False}

    def _node(self, volume: str) -> Row | None:
        if volume not in self._nodes:
            self._nodes[volume] = node_of(self.world, self.world.store.table("volumes").get(volume))
        return self._nodes[volume]

    def _igroup(self, row: Row) -> Row:
        uuid = row["igroup"]["uuid"]
        if uuid not in self._igroups:
            igroup = self.world.store.table("igroups").get(uuid, {})
            shown = {**row["igroup"], **{name: igroup[name] for name in ("os_type", "protocol") if name in igroup}, "replicated": False}
            initiators = sorted(self._san.members(uuid))
            if initiators:
                shown["initiators"] = initiators
            self._igroups[uuid] = shown
        return self._igroups[uuid]


class LunMaps(Family):
    """/protocols/san/lun-maps: GET, POST, DELETE."""

    path = "/protocols/san/lun-maps"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every map."""
        views = Views(world)
        return [views.map(row) for row in world.store.table("lun_maps").values()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One map by its LUN and igroup. Source for the code: API reference; clients look for it when they unmap."""
        row = world.store.table("lun_maps").get(key_of(keys["lun.uuid"], keys["igroup.uuid"]))
        if row is None:
            raise Refusal(404, "5374922", "The specified LUN map does not exist.", "lun.uuid")
        return Views(world).map(row)

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Map a LUN."""
        only(body, SETTABLE, "a LUN map")
        svm = pick_svm(world, body)
        for field, code in (("lun", "5374901"), ("igroup", "5374902")):
            if not (body.get(field, {}).get("name") or body.get(field, {}).get("uuid")):
                raise Refusal(400, code, f'One of "{field}.name" and "{field}.uuid" is required.', field)
        lun = find_lun(world, svm["uuid"], body["lun"])
        igroup = find_igroup(world, svm["uuid"], body["igroup"])
        start = "additional_reporting_node."
        wanted = {name[len(start) :]: value for name, value in query.items() if name.startswith(start) and value}
        more = [find_node(world, wanted, start[:-1])] if wanted else []
        lun_rules.check_container(world, world.store.table("volumes").get(lun["location"]["volume"]["uuid"]))
        if lun_transfer.under_way(lun) and "movement" in lun:
            # Source for the code: API reference, LUN map.
            raise Refusal(400, "5374316", f'LUN "{lun_path(lun)}" is being moved.', "lun")
        add(world, lun, igroup, body.get("logical_unit_number"), more)
        return Outcome(key=(lun["uuid"], igroup["uuid"]))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Unmap a LUN."""
        if flag(query, "local_delete_only"):
            raise Refusal(400, "262196", "Replicated LUN maps are not simulated.", "local_delete_only")
        remove(world, world.store.table("lun_maps")[key_of(record["lun"]["uuid"], record["igroup"]["uuid"])])
        return DONE


class ReportingNodes(Family):
    """/protocols/san/lun-maps/{lun.uuid}/{igroup.uuid}/reporting-nodes: GET, POST, DELETE."""

    path = "/protocols/san/lun-maps/{lun.uuid}/{igroup.uuid}/reporting-nodes"
    parents = {"lun.uuid": "luns", "igroup.uuid": "igroups"}

    def parent(self, world: World, parents: dict[str, str]) -> Row | None:
        """The map."""
        row = world.store.table("lun_maps").get(key_of(parents["lun.uuid"], parents["igroup.uuid"]))
        if row is None:
            raise Refusal(404, "5374922", "The specified LUN map does not exist.", "lun.uuid")
        return row

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """The reporting nodes of one map, or of those of a LUN or an igroup, or of all."""
        for row in world.store.table("lun_maps").values():
            keys = {"lun.uuid": row["lun"]["uuid"], "igroup.uuid": row["igroup"]["uuid"]}
            if all(keys[name] == value for name, value in parents.items()):
                for node in row["reporting_nodes"]:
                    yield {"lun": {"uuid": keys["lun.uuid"]}, "igroup": {"uuid": keys["igroup.uuid"]}, **node}

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Add a node and its HA partner. Choice: one that is there already is no error."""
        if not (body.get("name") or body.get("uuid")):
            raise Refusal(400, "5374923", 'One of "name" and "uuid" is required.', "name")
        node = find_node(world, body, "uuid" if body.get("uuid") else "name")
        row = self.parent(world, parents) or {}
        there = {one["uuid"] for one in row["reporting_nodes"]}
        row["reporting_nodes"] += [one for one in pair_of(world, node["uuid"]) if one["uuid"] not in there]
        world.ledger.observe_luns(f"{node['name']} was added as a reporting node", [row["lun"]["uuid"]])
        return Outcome(key=node["uuid"])

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Remove a node and its HA partner; not the last of them."""
        keys = {f"{name}.uuid": record[name]["uuid"] for name in ("lun", "igroup")}
        row = self.parent(world, keys) or {}
        gone = {one["uuid"] for one in pair_of(world, record["uuid"])}
        left = [one for one in row["reporting_nodes"] if one["uuid"] not in gone]
        if not left:
            raise Refusal(400, "5374608", "The last reporting nodes of a LUN map cannot be removed.", "uuid")
        row["reporting_nodes"] = left
        world.ledger.observe_luns(f"{record['name']} is no reporting node any more", [row["lun"]["uuid"]])
        return DONE
