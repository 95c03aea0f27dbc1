# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can happen to a pair without being asked for: panics, lost interconnects, vetoes, strangers.

TRIGGERS names what a scenario's timeline and a control client can set off. Source for what follows from a failure: HA
guide (takeover on panic, interruption of takeover and giveback); choices are marked.

Not simulated: split brain, disk failures, partial hardware faults.
"""

from __future__ import annotations

import contextlib
from typing import Any, Callable

from ..store import Row
from . import ha_boot, ha_giveback, ha_lifs, ha_storage, ha_takeover
from .ha_state import DEGRADED, HALTED, TAKEOVER_IMPOSSIBLE, UP, find_node, partner_of, root_away, serves, takes_over
from .refusal import Refusal
from .world import World, handler


def _node(world: World, name: str) -> Row:
    node = find_node(world, name)
    if node is None:
        raise ValueError(f"no node is called {name}")
    return node


def _pair(world: World, name: str) -> list[Row]:
    node = _node(world, name)
    partner = partner_of(world, node)
    return [node] + ([partner] if partner else [])


def fail_node(world: World, name: str, reboot: bool = True) -> None:
    """The node panics. Its partner takes over by itself when it can; with reboot=False the node stays down."""
    node = _node(world, name)
    if node["sim"]["run"] == HALTED:
        return
    partner = partner_of(world, node)
    taken_over = root_away(world, node)
    stop_own_work(world, node, partner)
    ha_boot.go_down(world, node, recovering=False)
    ha_giveback.lost_owner(world, node)
    coming = False if taken_over else ha_takeover.detect(world, node, hold=not reboot)
    node["sim"]["recovering"] = coming
    if not coming:
        # Nobody takes over: what can move to another node of the cluster does, the rest waits for the node.
        ha_lifs.leave(world, node, f"failure of {node['name']}")
        if reboot:
            ha_boot.boot(world, node)
    world.ledger.observe(f"{node['name']} failed")


def stop_own_work(world: World, node: Row, partner: Row | None) -> None:
    """What the node was doing as the survivor ends with it."""
    ha_giveback.abort(world, node, "shutdown")
    if takes_over(node) in ("in_progress", "detecting") and partner is not None:
        # The partner still runs: it keeps what has not moved, and takes over in turn. If it is down already, nobody is
        # left, and both boot (choice: whoever was to be taken over boots on its own).
        ha_takeover.fail(world, node, f"{node['name']} failed")
        if not serves(partner):
            partner["sim"]["recovering"] = False
            ha_boot.boot(world, partner)


def start_takeover(world: World, ofnode: str, **options: Any) -> None:
    """A stranger (another operator, the cloud provider's agent) takes a node over."""
    ha_takeover.start(world, _node(world, ofnode), **options)


def start_giveback(world: World, ofnode: str, **options: Any) -> None:
    """A stranger gives a node its storage back."""
    ha_giveback.start(world, _node(world, ofnode), **options)


def interconnect(world: World, node: str, state: str = "down") -> None:
    """The HA interconnect of the pair goes down, or comes up again."""
    if state not in ("up", "down"):
        raise ValueError("the interconnect is up or down")
    for member in _pair(world, node):
        member["ha"]["interconnect"]["state"] = state


def set_ha(world: World, node: str, enabled: bool) -> None:
    """Turn storage failover on or off. Choice: for both nodes of the pair, and not while it is in use."""
    pair = _pair(world, node)
    if pair[0]["ha"]["enabled"] == enabled:
        return
    if any(takes_over(member) for member in pair):
        raise Refusal(400, str(TAKEOVER_IMPOSSIBLE), "Storage failover cannot be changed while the pair is in takeover.", "ha.enabled")
    for member in pair:
        member["ha"]["enabled"] = enabled


def disable_ha(world: World, node: str) -> None:
    """Somebody turns storage failover off."""
    set_ha(world, node, False)


def enable_ha(world: World, node: str) -> None:
    """Somebody turns storage failover on."""
    set_ha(world, node, True)


def set_veto(
    world: World,
    aggregate: str,
    module: str = "lock_manager",
    *,
    hard: bool | None = None,
    on: str = "giveback",
    seconds: float | None = None,
) -> None:
    """A module objects to the giveback (or takeover) of an aggregate, for good or for so many seconds."""
    until = None if seconds is None else world.now() + seconds
    ha_storage.set_veto(_aggregate(world, aggregate), module, hard, on, until)


def clear_veto(world: World, aggregate: str, module: str | None = None) -> None:
    """The objection ends."""
    ha_storage.clear_vetoes(_aggregate(world, aggregate), module)


def _aggregate(world: World, name: str) -> Row:
    row = world.store.find("aggregates", name=name)
    if row is None:
        raise ValueError(f"no aggregate is called {name}")
    return row


def degrade_node(world: World, node: str, degraded: bool = True) -> None:
    """Critical services of the node are offline: it serves, and cannot take over. Or they are back."""
    row = _node(world, node)
    if row["sim"]["run"] in (UP, DEGRADED):
        row["sim"]["run"] = DEGRADED if degraded else UP


def power_on(world: World, node: str) -> None:
    """Start a node that is halted."""
    row = _node(world, node)
    if row["sim"]["run"] == HALTED:
        ha_boot.boot(world, row)


def lif_down(world: World, interface: str, enabled: bool = False) -> None:
    """Somebody takes a LIF down, or up again."""
    row = world.store.find("interfaces", name=interface)
    if row is None:
        raise ValueError(f"no LIF is called {interface}")
    row["enabled"] = enabled
    world.ledger.observe(f"LIF {interface} was {'enabled' if enabled else 'disabled'}")


TRIGGERS: dict[str, Callable[..., None]] = {
    function.__name__: function
    for function in (
        fail_node,
        start_takeover,
        start_giveback,
        interconnect,
        disable_ha,
        enable_ha,
        set_veto,
        clear_veto,
        degrade_node,
        power_on,
        lif_down,
    )
}
"""What can be set off from outside: name -> function(world, **args)."""


@handler
def pull(world: World, trigger: str, args: dict[str, Any]) -> None:
    """Set off a trigger; what a scenario's timeline calls. A stranger whose request is refused gives up (choice)."""
    with contextlib.suppress(Refusal):
        TRIGGERS[trigger](world, **args)
