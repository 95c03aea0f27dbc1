# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What maintenance does to the VM of a node: it freezes, reboots, goes to another host, or is deleted.

A VM that reboots is a node that fails, so the rest of the HA model knows what follows. One that freezes is not noticed for 15 s: hosts
wait. A longer silence breaks the HA interconnect and turns takeover off, while the heartbeats on disk still look fresh, so nobody takes
over and the data is not served. Source: knowledge base, loss of the interconnect of CVO (15 to 17 s); CLI manual, storage failover modify
(detection time 15 s). A node that was taken over before feels nothing that anybody else would feel. Choices are marked.

Not simulated: the loss of quorum that follows when the silence is long, NVRAM mirrors, clocks that are wrong after a freeze.
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import ha_boot, ha_failures, ha_giveback
from .ha_settings import setting as ha_setting
from .ha_state import BOOTING, DEGRADED, FROZEN, HALTED, UP, WAITING, find_node, partner_of, root_away, serves, takes_over
from .world import World, handler

DEFAULTS: dict[str, Any] = {
    # VM -> node. Choice: a node that is not there is on a VM of its own name.
    "cloud_vms": {},
    # The switch: whether the partner takes over a node whose VM reboots unprepared, as it takes over one that panics. Choice: it does,
    # because the heartbeats of such a node end; or else the interconnect is given up first, and nobody takes over.
    "cloud_failover": True,
}

NOTICED = 15.0
"""Seconds of silence after which the interconnect is down."""

RETURN = 10.0
"""Seconds after a freeze until the interconnect is up again (choice)."""

REDEPLOY = 120.0
"""Seconds until a VM starts on another host (choice)."""


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])


def vm_of(world: World, node: str) -> str:
    """The VM on which a node runs."""
    return next((vm for vm, name in setting(world, "cloud_vms").items() if name == node), node)


def nodes(world: World, event: Row) -> list[Row]:
    """The nodes that run on the VMs of an event."""
    table = {vm.lower(): node for vm, node in setting(world, "cloud_vms").items()}
    found = [find_node(world, table.get(vm.lower(), vm)) for vm in event["resources"]]
    return [node for node in found if node is not None]


def hit(world: World, node: Row, kind: str, seconds: float) -> None:
    """The event of this kind hits the VM of a node; a Freeze takes so many seconds."""
    if kind == "Freeze":
        freeze(world, node, seconds)
        return
    if not setting(world, "cloud_failover") and serves(node):
        ha_failures.interconnect(world, node["name"], "down")
        delay = REDEPLOY + ha_setting(world, "boot") + RETURN
        world.later(delay, "ha_failures.pull", trigger="interconnect", args={"node": node["name"], "state": "up"})
    # Choice: a redeployment is a failure and a start some time later; a VM that is deleted does not come back.
    ha_failures.fail_node(world, node["name"], reboot=kind == "Reboot")
    if kind == "Redeploy":
        world.later(REDEPLOY, "ha_failures.pull", trigger="power_on", args={"node": node["name"]})


def freeze(world: World, node: Row, seconds: float) -> None:
    """The VM stands still for so many seconds; a node that is halted does not mind."""
    was = node["sim"]["run"]
    partner = partner_of(world, node)
    if was in (HALTED, FROZEN):
        return
    if partner is not None and takes_over(partner) == "in_progress":
        # Choice: a takeover that is under way goes on without the node.
        ha_failures.fail_node(world, node["name"])
        return
    ha_failures.stop_own_work(world, node, partner)
    if was == WAITING:
        _stop_giveback(world, partner)
    # Clients of a node that will go on soon have a pause; noticed() says when it will not.
    node["sim"].update(run=FROZEN, recovering=not root_away(world, node))
    thaw_at = world.now() + seconds
    if any(row["sim"]["role"] == "cluster_mgmt" and row["location"]["node"]["uuid"] == node["uuid"] for row in _lifs(world)):
        world.settings["silent_until"] = max(world.settings.get("silent_until", 0), thaw_at)
    if was in (UP, DEGRADED) and seconds > NOTICED:
        world.later(NOTICED, "cloud_vms.noticed", node=node["uuid"])
    world.later(seconds, "cloud_vms.thaw", node=node["uuid"], was=was)
    world.ledger.observe(f"{node['name']} froze")


def _lifs(world: World) -> list[Row]:
    return list(world.store.table("interfaces").values())


def _stop_giveback(world: World, partner: Row | None) -> None:
    if partner is not None:
        ha_giveback.abort(world, partner, "communication_err")


@handler
def noticed(world: World, node: str) -> None:
    """The node has been silent for too long: the interconnect is down, takeover is off, and nobody serves its data."""
    row = world.store.table("nodes")[node]
    if row["sim"]["run"] != FROZEN:
        return
    lost = row["ha"]["interconnect"]["state"] == "up"
    row["sim"].update(recovering=False, interconnect_lost=lost)
    if lost:
        ha_failures.interconnect(world, row["name"], "down")
    world.ledger.observe(f"{row['name']} is frozen and its partner cannot take over")


@handler
def thaw(world: World, node: str, was: str) -> None:
    """The VM goes on where it stopped. Choice: a node that was booting starts to boot anew."""
    row = world.store.table("nodes")[node]
    if row["sim"]["run"] != FROZEN:
        return
    row["sim"].update(run=was, recovering=False)
    if was == BOOTING:
        ha_boot.boot(world, row)
    elif was == WAITING and not root_away(world, row):
        ha_giveback.came_up(world, row, f"thaw of {row['name']}")
    if row["sim"].pop("interconnect_lost", False):
        world.later(RETURN, "ha_failures.pull", trigger="interconnect", args={"node": row["name"], "state": "up"})
    world.ledger.observe(f"{row['name']} goes on")
