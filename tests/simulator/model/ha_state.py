# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the nodes of HA pairs are doing, and how the REST API puts it.

A node row keeps the facts that do not follow from anything else in `sim`: what the machine does (`run`), and the takeover
and giveback that this node carries out. The words of the API (`state`, `ha.takeover.state`, ...) are derived here.
`ha.takeover` and `ha.giveback` describe the node that does it, `state` the node to which it happens (source: API reference).

Not simulated: more than two nodes in a failover group, MetroCluster, NVRAM and mailbox details, epsilon.
"""

from __future__ import annotations

from .. import reach
from ..store import Row
from .world import World

UP, DEGRADED, HALTING, HALTED, BOOTING, WAITING = "up", "degraded", "halting", "halted", "booting", "waiting"
FROZEN = "frozen"
"""What a node does whose virtual machine stands still (cloud_vms.py)."""

GIVEBACK_FAILED = 852126
TAKEOVER_FAILED = 852130
TAKEOVER_IMPOSSIBLE = 852131
# Source: API reference, node: failure codes and their messages.
GIVEBACK_FAILED_TEXT = 'Failed to initiate giveback. Run the "storage failover show-giveback" command for more information.'
TAKEOVER_FAILED_TEXT = 'Failed to initiate takeover. Run the "storage failover show-takeover" command for more information.'
DISABLED_TEXT = "Takeover cannot be completed. Reason: disabled."

# Source for the wording: HA guide, reasons why takeover is not possible. Which applies when is a choice.
DISABLED = "Storage failover is disabled"
DISABLED_ON_PARTNER = "Storage failover is disabled on the partner node"
NO_PARTNER = "The node has no HA partner"
INTERCONNECT = "Interconnect error"
VERSION = "Failover monitor version mismatch"
LOCAL_DOWN = "Local node is not up"
IN_TAKEOVER = "Local node is already in takeover"
TAKEOVER_RUNS = "Takeover is in progress"
GIVEBACK_RUNS = "Giveback is in progress"
APPLICATIONS = "Waiting for cluster applications to come online on the local node"


def fresh() -> Row:
    """The `sim` part of a new node row."""
    return {
        "run": UP,
        "recovering": False,
        "takeover": None,
        "giveback": None,
        "takeover_failure": None,
        "boots": 0,
        "stopping": None,
        "ready_at": 0.0,
        "up_since": 0.0,
    }


def ref(row: Row) -> Row:
    """A reference to a row, as the API writes it."""
    return {"name": row["name"], "uuid": row["uuid"]}


def find_node(world: World, name: str) -> Row | None:
    """The node of this name or uuid, or None."""
    return world.store.table("nodes").get(name) or world.store.find("nodes", name=name)


def partner_of(world: World, node: Row) -> Row | None:
    """The other node of the HA pair, or None."""
    partners = node.get("ha", {}).get("partners", [])
    return world.store.table("nodes").get(partners[0]["uuid"]) if partners else None


def next_operation(world: World) -> int:
    """A number by which the steps of one takeover or giveback know that it is still theirs."""
    counter = world.store.table("counters").setdefault("ha", {"value": 0})
    counter["value"] += 1
    return counter["value"]


def held_by(world: World, node: Row) -> list[Row]:
    """The aggregates that the node serves at the moment: root aggregates first, then by name."""
    found = [row for row in world.store.table("aggregates").values() if row["node"]["uuid"] == node["uuid"]]
    return sorted(found, key=lambda row: (not row["sim"]["root"], row["name"]))


def held_for(world: World, node: Row, owner: Row) -> list[Row]:
    """The aggregates of the owner that this node holds; those are what a giveback returns."""
    return [row for row in held_by(world, node) if row["home_node"]["uuid"] == owner["uuid"]]


def root_away(world: World, node: Row) -> bool:
    """Whether the root aggregate of the node is with its partner: the node is taken over."""
    return any(
        row["sim"]["root"] and row["home_node"]["uuid"] == node["uuid"] and row["node"]["uuid"] != node["uuid"]
        for row in world.store.table("aggregates").values()
    )


def takes_over(node: Row) -> str | None:
    """What the node does as the one that takes over: "detecting", "in_progress", "in_takeover", or None."""
    return node["sim"]["takeover"]["state"] if node["sim"]["takeover"] else None


def gives_back(node: Row) -> bool:
    """Whether the node is giving back at the moment."""
    return bool(node["sim"]["giveback"]) and node["sim"]["giveback"]["state"] == "in_progress"


def partial(world: World, node: Row) -> bool:
    """Whether the node holds aggregates of a partner that runs again. Source: knowledge base, partial giveback."""
    partner = partner_of(world, node)
    return partner is not None and not root_away(world, partner) and bool(held_for(world, node, partner))


def blockers(world: World, node: Row, allow_mismatch: bool = False) -> list[str]:
    """Why the node could not take over its partner at the moment; empty when it could."""
    partner = partner_of(world, node)
    if partner is None:
        return [NO_PARTNER]
    reasons = []
    if not node["ha"]["enabled"]:
        reasons.append(DISABLED)
    elif not partner["ha"]["enabled"]:
        reasons.append(DISABLED_ON_PARTNER)
    if node["sim"]["run"] != UP:
        reasons.append(LOCAL_DOWN)
    if node["ha"]["interconnect"]["state"] != "up":
        reasons.append(INTERCONNECT)
    if list(node["release"]) != list(partner["release"]) and not allow_mismatch:
        reasons.append(VERSION)
    return reasons + _busy(world, node, partner)


def _busy(world: World, node: Row, partner: Row) -> list[str]:
    reasons = []
    if takes_over(node) == "in_takeover":
        reasons.append(IN_TAKEOVER)
    if "in_progress" in (takes_over(node), takes_over(partner)):
        reasons.append(TAKEOVER_RUNS)
    if gives_back(node) or gives_back(partner):
        reasons.append(GIVEBACK_RUNS)
    if node["sim"]["ready_at"] > world.now() and node["sim"]["run"] == UP:
        reasons.append(APPLICATIONS)
    return reasons


def node_state(world: World, node: Row) -> str:
    """The `state` of the node. Source: API reference, node state."""
    run = node["sim"]["run"]
    if run == WAITING:
        return "waiting_for_giveback"
    if run in (BOOTING, HALTED):
        if root_away(world, node):
            return "taken_over"
        return "booting" if run == BOOTING else "down"
    if run == FROZEN:
        # Choice: such a node counts as up until its silence is noticed.
        return "taken_over" if root_away(world, node) else "up" if node["sim"]["recovering"] else "unknown"
    # Choice: a node that shuts down reports up until it is gone.
    return "degraded" if run == DEGRADED else "up"


def takeover_record(world: World, node: Row) -> Row:
    """`ha.takeover` of the node. Source: API reference, node: takeover states and failure codes."""
    doing = takes_over(node)
    if doing in ("in_progress", "in_takeover"):
        return {"state": doing}
    reasons = blockers(world, node)
    if DISABLED in reasons or DISABLED_ON_PARTNER in reasons:
        return {"state": "not_possible", "failure": {"code": TAKEOVER_IMPOSSIBLE, "message": DISABLED_TEXT}}
    if node["sim"]["takeover_failure"]:
        return {"state": "failed", "failure": {"code": TAKEOVER_FAILED, "message": TAKEOVER_FAILED_TEXT}}
    if reasons:
        # Source for the code: a taken-over node was seen with it; the reference lists no other.
        message = f"Takeover cannot be completed. Reason: {', '.join(reasons)}."
        return {"state": "not_possible", "failure": {"code": TAKEOVER_FAILED, "message": message}}
    return {"state": "not_attempted"}


def giveback_record(world: World, node: Row, with_status: bool = True) -> Row:
    """`ha.giveback` of the node. Source: API reference, node: giveback states, status per aggregate."""
    run = node["sim"]["giveback"]
    partner = partner_of(world, node)
    holds = held_for(world, node, partner) if partner else []
    if run:
        record: Row = {"state": run["state"]}
        if run["state"] == "failed":
            record["failure"] = {"code": GIVEBACK_FAILED, "message": GIVEBACK_FAILED_TEXT}
        if with_status:
            record["status"] = [status_record(entry) for entry in run["status"]]
        return record
    if not holds or takes_over(node) == "in_progress":
        return {"state": "nothing_to_giveback"}
    record = {"state": "not_attempted"}
    if with_status:
        record["status"] = [{"aggregate": ref(row), "state": "not_started"} for row in holds]
    return record


def status_record(entry: Row) -> Row:
    """One entry of `ha.giveback.status`; its error code is a string, unlike the failure codes (source: API reference)."""
    record: Row = {"aggregate": dict(entry["aggregate"]), "state": entry["state"]}
    if entry["state"] == "failed":
        record["error"] = {"code": str(GIVEBACK_FAILED), "message": entry["error"]}
    return record


def takeover_check(world: World, node: Row) -> Row:
    """`ha.takeover_check`. Choice: it tells whether this node could take over its partner, like `ha.takeover`."""
    reasons = blockers(world, node)
    return {"takeover_possible": False, "reasons": reasons} if reasons else {"takeover_possible": True}


def serves(node: Row) -> bool:
    """Whether storage and LIFs on the node answer."""
    return reach.serves(node)
