# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How LIFs follow a takeover and come home again.

NAS and management LIFs move as their failover policy says; SAN LIFs, and LIFs bound to their node, go down with it
(source: network guide, failover policies; SAN LIFs do not fail over).

Not simulated: failover groups, VLANs and interface groups, subnets, health monitoring of ports, BGP (virtual IP) LIFs.
"""

from __future__ import annotations

from .. import reach
from ..store import Row
from .ha_settings import setting
from .ha_state import ref, serves
from .world import World, handler

# Source: network guide, failover policies, in the words of the REST field; local-only is home_node_only there.
BOUND = ("home_port_only", "home_node_only")


def on_node(world: World, node: Row) -> list[Row]:
    """The LIFs that are on the node at the moment."""
    return [row for row in world.store.table("interfaces").values() if row["location"]["node"]["uuid"] == node["uuid"]]


def movable(interface: Row) -> bool:
    """Whether the LIF may fail over to another node at all."""
    return not reach.is_san(interface) and interface["location"]["failover"] not in BOUND


def at_home(interface: Row) -> bool:
    """Whether the LIF is on its home port."""
    location = interface["location"]
    return location["node"]["uuid"] == location["home_node"]["uuid"] and location["port"]["name"] == location["home_port"]["name"]


def refuge(world: World, interface: Row) -> Row | None:
    """The node to which the LIF fails over: the HA partner of where it is, or another node that serves."""
    nodes = world.store.table("nodes")
    here = nodes[interface["location"]["node"]["uuid"]]
    partners = [nodes[partner["uuid"]] for partner in here.get("ha", {}).get("partners", [])]
    others = [] if interface["location"]["failover"] == "sfo_partners_only" else list(nodes.values())
    return next((node for node in partners + others if node is not here and serves(node)), None)


def port_on(world: World, node: Row, name: str) -> Row:
    """A reference to the port of this name on the node."""
    port = next(iter(world.store.each("ports", name=name, node=ref(node))), None)
    found = {"name": name, "node": {"name": node["name"]}}
    return dict(found, uuid=port["uuid"]) if port else found


def leave(world: World, node: Row, operation: str) -> None:
    """Send every LIF that may move away from the node."""
    for interface in on_node(world, node):
        target = refuge(world, interface) if movable(interface) else None
        if target is not None:
            begin(world, interface, target, interface["location"]["port"]["name"], operation)


def begin(world: World, interface: Row, target: Row, port: str, operation: str) -> None:
    """Move the LIF; it answers on the target a little later."""
    place(world, interface, target, port)
    interface["sim"]["moving_to"] = target["uuid"]
    if interface["sim"]["role"] == "cluster_mgmt":
        world.settings["silent_until"] = world.now() + setting(world, "mgmt_silence")
    delay = setting(world, "lif_migration")
    world.later(delay, "ha_lifs.arrive", interface=interface["uuid"], target=target["uuid"], operation=operation)


@handler
def arrive(world: World, interface: str, target: str, operation: str) -> None:
    """The LIF comes up on its new node; SMB sessions through it that are not continuously available are cut."""
    row = world.store.table("interfaces").get(interface)
    if row is None or row["sim"]["moving_to"] != target:
        return
    row["sim"]["moving_to"] = None
    node = world.store.table("nodes")[target]
    if not serves(node):
        # The target died meanwhile: move on from there.
        again = refuge(world, row) if movable(row) else None
        if again is not None:
            begin(world, row, again, row["location"]["port"]["name"], operation)
        return
    sessions = [one for one in world.store.table("cifs_sessions").values() if one["server_ip"] == row["ip"]["address"]]
    world.ledger.lose_sessions(sessions, operation, f"LIF {row['name']} moved to {node['name']}")
    for session in sessions:
        session["node"] = ref(node)
    world.ledger.observe(f"LIF {row['name']} moved to {node['name']}")


def place(world: World, interface: Row, node: Row, port: str) -> None:
    """Write down where the LIF is now."""
    interface["location"]["node"] = ref(node)
    interface["location"]["port"] = port_on(world, node, port)


def call_home(world: World, node: Row, operation: str) -> None:
    """Have the LIFs of the node that revert by themselves come home, a little after it came up."""
    for interface in world.store.table("interfaces").values():
        location = interface["location"]
        if location["home_node"]["uuid"] == node["uuid"] and location["auto_revert"] and not at_home(interface):
            delay = setting(world, "lif_revert_delay")
            world.later(delay, "ha_lifs.go_home", interface=interface["uuid"], operation=operation)


@handler
def go_home(world: World, interface: str, operation: str) -> None:
    """The LIF starts for its home port, if its home node still serves and it is not there already."""
    row = world.store.table("interfaces").get(interface)
    if row is None or at_home(row) or row["sim"]["moving_to"]:
        return
    home = world.store.table("nodes")[row["location"]["home_node"]["uuid"]]
    if serves(home):
        begin(world, row, home, row["location"]["home_port"]["name"], operation)
        world.ledger.observe(f"LIF {row['name']} reverts to {home['name']}")
