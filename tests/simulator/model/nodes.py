# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/cluster/nodes: the nodes with their HA state, and what an operator may do to them.

Source: API reference, node. Not simulated: adding and removing nodes, service processor, statistics, the fields of the
failover personality that unified clusters do not have (*_of).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..clock import iso
from ..store import Row
from . import ha_actions, ha_failures
from .clusters import release
from .family import DONE, Family, Outcome
from .ha_state import (
    BOOTING,
    HALTED,
    giveback_record,
    node_state,
    partner_of,
    serves,
    takeover_check,
    takeover_record,
)
from .refusal import Refusal
from .world import World

BUILT = 1767139200.0
"""When the simulated release was built, for the text of the version."""

HIDDEN = ("sim", "ha", "release")
NAMED_BY_NODE = ("nodes", "aggregates", "interfaces", "ports", "disks", "cifs_sessions", "lun_maps", "fc_interfaces")


def interconnect_state(world: World, node: Row) -> str:
    """The link is down when it was cut, or when a node of the pair is off (choice: also while it boots)."""
    partner = partner_of(world, node)
    off = any(one is not None and one["sim"]["run"] in (HALTED, BOOTING) for one in (node, partner))
    return "down" if off else node["ha"]["interconnect"]["state"]


def ha_record(world: World, node: Row) -> Row:
    """The `ha` part of the record of a node that has a partner."""
    ha = node["ha"]
    state = interconnect_state(world, node)
    # Source: API reference, example of a pair with HA disabled: two empty ports.
    port = "active" if state == "up" else "down"
    return {
        "enabled": ha["enabled"],
        "auto_giveback": ha["auto_giveback"],
        "partners": [dict(partner) for partner in ha["partners"]],
        "interconnect": {"adapter": ha["interconnect"]["adapter"], "state": state},
        "ports": [{"number": number, "state": port} for number in (0, 1)] if ha["enabled"] else [{}, {}],
        "takeover": takeover_record(world, node),
        "giveback": giveback_record(world, node),
        "takeover_check": takeover_check(world, node),
        "type": "shared_storage",
    }


def record(world: World, node: Row) -> Row:
    """The full API record of a node."""
    view = {name: value for name, value in node.items() if name not in HIDDEN}
    view["state"] = node_state(world, node)
    view["version"] = release(tuple(node["release"]), BUILT)
    if serves(node):
        # Choice: a node that does not run reports neither.
        view["uptime"] = int(world.now() - node["sim"]["up_since"])
        view["date"] = iso(world.now())
    if node.get("ha"):
        # Source: the vendor's collection takes a record without `ha` for a node that is not in a pair.
        view["ha"] = ha_record(world, node)
    view["management_interfaces"] = [
        {"name": lif["name"], "uuid": lif["uuid"], "ip": {"address": lif["ip"]["address"]}}
        for lif in world.store.table("interfaces").values()
        if lif["sim"]["role"] == "node_mgmt" and lif["location"]["home_node"]["uuid"] == node["uuid"]
    ]
    return view


def rename(value: Any, uuid: str, old: str, new: str) -> None:
    """Follow a new node name into every reference."""
    if isinstance(value, list):
        for item in value:
            rename(item, uuid, old, new)
    elif isinstance(value, dict):
        if value.get("name") == old and value.get("uuid", uuid) == uuid:
            value["name"] = new
        for item in value.values():
            rename(item, uuid, old, new)


class Nodes(Family):
    """/cluster/nodes: GET, and PATCH with fields, an action, or both."""

    path = "/cluster/nodes"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every node."""
        return (record(world, node) for node in list(world.store.table("nodes").values()))

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One node by its uuid."""
        node = world.store.table("nodes").get(keys["uuid"])
        return record(world, node) if node else None

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Change fields at once; start an action by way of a job."""
        node = world.store.table("nodes")[record["uuid"]]
        self._modify_ha(world, node, body.get("ha", {}))
        unknown = set(body) - {"name", "location", "owner", "ha"}
        if unknown:
            raise Refusal(400, "262196", f"Changing {', '.join(sorted(unknown))} of a node is not simulated.", sorted(unknown)[0])
        if "name" in body:
            self._rename(world, node, body["name"])
        node.update({name: body[name] for name in ("location", "owner") if name in body})
        action = query.get("action")
        return ha_actions.perform(world, node, action, query) if action else DONE

    @staticmethod
    def _modify_ha(world: World, node: Row, wanted: Row) -> None:
        if wanted and not node.get("ha"):
            raise Refusal(400, "852269", "The operation is not supported on this platform.", "ha")
        if "enabled" in wanted:
            ha_failures.set_ha(world, node["name"], wanted["enabled"])
        if "auto_giveback" in wanted:
            node["ha"]["auto_giveback"] = wanted["auto_giveback"]

    @staticmethod
    def _rename(world: World, node: Row, name: str) -> None:
        old = node["name"]
        if name != old and (not name or world.store.find("nodes", name=name)):
            raise Refusal(400, "9240591", f'The node name "{name}" is in use or not valid.', "name")
        for table in NAMED_BY_NODE:
            for row in world.store.table(table).values():
                rename(row, node["uuid"], old, name)
