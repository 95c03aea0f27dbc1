# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions of PATCH /cluster/nodes/{uuid}?action=...: reboot, shutdown, power, giveback, takeover_check.

Sources: API reference, node: the action enum per release, the query parameters, the codes of PATCH; "transfers storage
control back to the owner" (giveback is addressed to the owner). HTTP status 400 for refusals is a choice.

Not simulated: the service processor's own actions, shutdown_reboot_reason (accepted, and not kept).
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import ha_boot, ha_failures, ha_giveback, ha_lifs, ha_takeover, jobs
from .family import DONE, Outcome
from .ha_settings import setting
from .ha_state import HALTED, partner_of, serves, takes_over
from .refusal import Refusal
from .world import World, handler

SINCE = {
    "shutdown": (9, 6, 0),
    "reboot": (9, 6, 0),
    "giveback": (9, 7, 0),
    "power_off": (9, 10, 1),
    "power_on": (9, 10, 1),
    "takeover_check": (9, 14, 1),
}


def flag(values: dict[str, Any], name: str, default: bool = False) -> bool:
    """A boolean parameter, which arrives as text in a query and as a boolean in a body."""
    value = values.get(name, default)
    if isinstance(value, bool):
        return value
    if str(value).lower() not in ("true", "false"):
        raise Refusal(400, "262247", f'Invalid value "{value}" for field "{name}".', name)
    return str(value).lower() == "true"


def perform(world: World, node: Row, action: str, query: dict[str, str]) -> Outcome:
    """Carry out an action on the node; most of them only start something, by way of a job."""
    if action not in SINCE or tuple(world.version) < SINCE[action]:
        raise Refusal(400, "262247", f'Invalid value "{action}" for field "action".', "action")
    if action == "takeover_check":
        # Choice: the result is read from ha.takeover_check.
        return DONE
    if action == "giveback":
        if partner_of(world, node) is None:
            raise ha_giveback.refuse(f"{node['name']} has no HA partner")
        return _job(world, node, "giveback", "give_back", override=flag(query, "override_vetoes"))
    if action in ("power_off", "power_on"):
        if node.get("vm"):
            raise Refusal(400, "852269", "The operation is not supported on this platform.", "action")
        return _job(world, node, action, "power", on=action == "power_on")
    allow = flag(query, "allow_data_outage")
    mismatch = flag(query, "allow_version_mismatch")
    check_stop(world, node, action, allow, mismatch)
    node["sim"]["stopping"] = action
    return _job(world, node, action, "stop", action=action, allow=allow, mismatch=mismatch)


def _job(world: World, node: Row, verb: str, name: str, /, **data: Any) -> Outcome:
    description = f"PATCH /api/cluster/nodes/{node['uuid']}?action={verb}"
    return Outcome(job=jobs.start(world, description, setting(world, "ha_job"), f"ha_actions.{name}", node=node["uuid"], **data))


def check_stop(world: World, node: Row, action: str, allow: bool, mismatch: bool) -> None:
    """Refuse a reboot or shutdown that runs already, or that would cost somebody the access to data."""
    partner = partner_of(world, node)
    leaving = partner is not None and takes_over(partner) == "in_progress"
    if node["sim"]["stopping"] or leaving or not serves(node):
        # Choice: a node that is down already counts as one that is being shut down.
        raise Refusal(400, "3604514", f"A reboot or shutdown request is already in progress on node {node['name']}.")
    if allow:
        return
    others = [one for one in world.store.table("nodes").values() if one is not node and serves(one)]
    if not others:
        text = f"The {action} of node {node['name']} results in a data service outage of the whole cluster."
        raise Refusal(400, "3604515", text)
    if partner is not None and node["ha"]["enabled"] and not serves(partner):
        raise Refusal(400, "852046", f"Partner node {partner['name']} is not running, and cannot take over.")
    total = len(world.store.table("nodes"))
    if total > 2 and len(others) * 2 <= total:
        raise Refusal(400, "9240606", "The cluster would lose its quorum.")
    _check_lifs(world, node)
    if partner is not None and node["ha"]["enabled"]:
        ha_takeover.check(world, node, mismatch)


def _check_lifs(world: World, node: Row) -> None:
    stuck = [row["name"] for row in ha_lifs.on_node(world, node) if row["sim"]["role"] == "data_nas" and not ha_lifs.movable(row)]
    if stuck:
        raise Refusal(400, "852115", f"The data LIFs {', '.join(stuck)} cannot be moved off node {node['name']}.")


@handler
def stop(world: World, node: str, action: str, allow: bool, mismatch: bool) -> None:
    """Reboot or shut down the node. Source: API reference: with storage failover the partner takes over first.

    allow_data_outage bypasses storage failover, so nobody takes over (source: API reference, node).
    """
    row = world.store.table("nodes")[node]
    row["sim"]["stopping"] = None
    check_stop(world, row, action, allow, mismatch)
    if not allow and partner_of(world, row) is not None and row["ha"]["enabled"]:
        option = "allow-version-mismatch" if mismatch else "normal"
        cause = "reboot" if action == "reboot" else "halt"
        ha_takeover.start(world, row, option=option, cause=cause, hold=action == "shutdown")
        row["sim"]["stopping"] = action
        return
    ha_giveback.abort(world, row, "shutdown")
    ha_boot.go_down(world, row, recovering=False)
    ha_lifs.leave(world, row, f"{action} of {row['name']}")
    if action == "reboot":
        ha_boot.boot(world, row)
    world.ledger.observe(f"{action} of {row['name']}")


@handler
def give_back(world: World, node: str, override: bool) -> None:
    """The job of a giveback starts it, and ends; the giveback goes on. A refusal fails the job (choice)."""
    ha_giveback.start(world, world.store.table("nodes")[node], override=override)


@handler
def power(world: World, node: str, on: bool) -> None:
    """Switch the node on or off at once. Choice: off is a failure without a reboot, and its partner takes over."""
    row = world.store.table("nodes")[node]
    if not on:
        ha_failures.fail_node(world, row["name"], reboot=False)
    elif row["sim"]["run"] == HALTED:
        ha_boot.boot(world, row)
