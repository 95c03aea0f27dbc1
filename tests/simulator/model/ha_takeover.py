# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takeover: planned (optimized, plain, immediate) and unplanned.

Planned and optimized: the data aggregates move one by one while their node still runs, its LIFs follow, then it is halted
and its root aggregate taken. Sources: HA guide (order, optimisation, LIF migration), CLI manual, storage failover
takeover (options), API reference, node (states, codes 852046, 852130, 852131). Times: ha_settings.

Not simulated: aggregate relocation on its own, coredumps, takeover on short uptime, hardware assist, quorum votes.
"""

from __future__ import annotations

from ..store import Row
from . import ems_log, ha_boot, ha_lifs, ha_storage
from .ha_settings import setting
from .ha_state import (
    DISABLED,
    DISABLED_ON_PARTNER,
    DISABLED_TEXT,
    HALTING,
    LOCAL_DOWN,
    TAKEOVER_FAILED,
    TAKEOVER_IMPOSSIBLE,
    UP,
    blockers,
    held_by,
    next_operation,
    partner_of,
    root_away,
    serves,
    takes_over,
)
from .refusal import Refusal
from .world import World, handler

OPTIONS = ("normal", "immediate", "allow-version-mismatch")


def check(world: World, victim: Row, allow_mismatch: bool = False) -> Row:
    """The node that would take over the victim; a Refusal if it cannot.

    Source for the codes: API reference, node. Which HTTP status they come with, and 852130 for the rest, is a choice.
    """
    survivor = partner_of(world, victim)
    if survivor is None:
        raise Refusal(400, str(TAKEOVER_FAILED), f"Failed to initiate takeover. Reason: {victim['name']} has no HA partner.")
    reasons = blockers(world, survivor, allow_mismatch)
    if DISABLED in reasons or DISABLED_ON_PARTNER in reasons:
        raise Refusal(400, str(TAKEOVER_IMPOSSIBLE), DISABLED_TEXT)
    if LOCAL_DOWN in reasons:
        raise Refusal(400, "852046", f"Failed to initiate takeover. Reason: partner node {survivor['name']} is not running.")
    if root_away(world, victim):
        reasons.append(f"{victim['name']} is already taken over")
    if reasons:
        raise Refusal(400, str(TAKEOVER_FAILED), f"Failed to initiate takeover. Reason: {', '.join(reasons)}.")
    return survivor


def start(
    world: World,
    victim: Row,
    *,
    option: str = "normal",
    bypass_optimization: bool = False,
    skip_lif_migration: bool = False,
    override: bool = False,
    cause: str = "operator",
    hold: bool = False,
) -> Row:
    """Start a planned takeover of the victim; returns the node that takes over. With `hold` the victim stays halted."""
    survivor = check(world, victim, option == "allow-version-mismatch")
    data = [row for row in held_by(world, victim) if not row["sim"]["root"]]
    # Source: CLI manual: an immediate takeover skips the clean shutdown, the optimisation and the migration of LIFs.
    optimized = option != "immediate" and not bypass_optimization and victim["sim"]["run"] == UP
    survivor["sim"]["takeover_failure"] = None
    survivor["sim"]["giveback"] = None
    survivor["sim"]["takeover"] = {
        "state": "in_progress",
        "operation": next_operation(world),
        "cause": cause,
        "hold": hold,
        "override": override,
        "queue": [row["uuid"] for row in data] if optimized else [],
        "lifs": option != "immediate" and not skip_lif_migration,
        "phase": "relocate",
        "moving": None,
    }
    # Choice: event names cf.fm.takeover* and their severity.
    text = f"Failover monitor: takeover of {victim['name']} started ({cause})."
    ems_log.emit(world, survivor, "cf.fm.takeoverStarted", "notice", text)
    if option == "immediate" or not serves(victim):
        _seize(world, survivor, victim)
    else:
        _step(world, survivor, victim)
    return survivor


def current(world: World, survivor: str, operation: int) -> tuple[Row, Row] | None:
    """The two nodes of the takeover to which a step belongs, or None when that takeover is over."""
    node = world.store.table("nodes")[survivor]
    run = node["sim"]["takeover"]
    victim = partner_of(world, node)
    if not run or victim is None or run["operation"] != operation or run["state"] == "in_takeover":
        return None
    return node, victim


def _later(world: World, survivor: Row, delay: float, name: str) -> None:
    operation = survivor["sim"]["takeover"]["operation"]
    world.later(delay, f"ha_takeover.{name}", survivor=survivor["uuid"], operation=operation)


def _step(world: World, survivor: Row, victim: Row) -> None:
    run = survivor["sim"]["takeover"]
    if run["queue"]:
        _relocate(world, survivor, victim)
    elif run["lifs"]:
        run.update(lifs=False, phase="lifs")
        ha_lifs.leave(world, victim, f"takeover {run['operation']}")
        world.ledger.observe(f"takeover of {victim['name']}: LIFs migrate")
        _later(world, survivor, setting(world, "lif_migration"), "lifs_left")
    else:
        run["phase"] = "halt"
        victim["sim"].update(run=HALTING, recovering=True)
        world.ledger.observe(f"takeover of {victim['name']}: the node halts")
        _later(world, survivor, setting(world, "halt"), "halted")


def _relocate(world: World, survivor: Row, victim: Row) -> None:
    run = survivor["sim"]["takeover"]
    aggregate = world.store.table("aggregates")[run["queue"][0]]
    objection = ha_storage.veto(world, aggregate, "takeover", run["override"])
    if objection:
        fail(world, survivor, f"{aggregate['name']} was vetoed by {objection['module']}")
        return
    run["moving"] = run["queue"].pop(0)
    ha_storage.begin_move(world, aggregate)
    world.ledger.observe(f"takeover of {victim['name']}: {aggregate['name']} relocates")
    _later(world, survivor, setting(world, "takeover_per_aggregate"), "relocated")


@handler
def relocated(world: World, survivor: str, operation: int) -> None:
    """One data aggregate has arrived, while its node still runs."""
    both = current(world, survivor, operation)
    if both is None:
        return
    node, victim = both
    run = node["sim"]["takeover"]
    aggregate = world.store.table("aggregates")[run["moving"]]
    run["moving"] = None
    because = f"takeover of {victim['name']}: {aggregate['name']} relocated"
    ha_storage.arrive(world, aggregate, node, f"takeover {operation}", because)
    world.ledger.observe(because)
    _step(world, node, victim)


@handler
def lifs_left(world: World, survivor: str, operation: int) -> None:
    """The LIFs have gone ahead; now the node can be halted."""
    both = current(world, survivor, operation)
    if both:
        _step(world, *both)


@handler
def halted(world: World, survivor: str, operation: int) -> None:
    """The victim has shut down; its partner takes what is left."""
    both = current(world, survivor, operation)
    if both:
        _seize(world, *both)


def _seize(world: World, survivor: Row, victim: Row) -> None:
    """The victim is gone: take the aggregates that are still its own, all at once."""
    survivor["sim"]["takeover"].update(state="in_progress", phase="take", queue=[], lifs=False, moving=None)
    ha_boot.go_down(world, victim, recovering=True)
    world.ledger.observe(f"takeover of {victim['name']}: the node is down")
    delay = setting(world, "takeover_per_aggregate") * len(held_by(world, victim))
    _later(world, survivor, delay, "taken")


@handler
def taken(world: World, survivor: str, operation: int) -> None:
    """The survivor serves everything; the victim boots, unless it is to stay down."""
    both = current(world, survivor, operation)
    if both is None:
        return
    node, victim = both
    run = node["sim"]["takeover"]
    run.update(state="in_takeover", phase="done")
    for aggregate in held_by(world, victim):
        ha_storage.arrive(world, aggregate, node, f"takeover {operation}", f"takeover of {victim['name']}")
    victim["sim"].update(recovering=False, giveback=None, takeover=None)
    ha_lifs.leave(world, victim, f"takeover {operation}")
    if not run["hold"]:
        ha_boot.boot(world, victim)
    ems_log.emit(world, node, "cf.fm.takeoverComplete", "notice", f"Failover monitor: takeover of {victim['name']} completed.")
    world.ledger.observe(f"takeover of {victim['name']}")


def fail(world: World, survivor: Row, reason: str) -> None:
    """Give up a takeover whose victim still runs. What has moved stays with the survivor until a giveback.

    Source: EMS reference, sfo.takeover.aborted: LIFs that have migrated do not come back by themselves.
    """
    run = survivor["sim"]["takeover"]
    if run and run["moving"]:
        ha_storage.stay(world, world.store.table("aggregates")[run["moving"]])
    survivor["sim"].update(takeover=None, takeover_failure=reason)
    victim = partner_of(world, survivor)
    if victim is not None:
        victim["sim"]["stopping"] = None
    ems_log.emit(world, survivor, "sfo.takeover.aborted", "error", f"Takeover was aborted: {reason}.")
    world.ledger.observe("the takeover was aborted")


# -- unplanned -----------------------------------------------------------------------------------------------------------


def detect(world: World, victim: Row, hold: bool) -> bool:
    """The victim died: have its partner notice and take over, if it can. Returns whether it will."""
    survivor = partner_of(world, victim)
    if survivor is None:
        return False
    running = takes_over(survivor) == "in_progress"
    if not running and blockers(world, survivor):
        return False
    survivor["sim"].update(takeover_failure=None, giveback=None)
    survivor["sim"]["takeover"] = {
        # Choice: a takeover that was under way goes on without the victim; otherwise nothing shows until it is noticed.
        "state": "in_progress" if running else "detecting",
        "operation": next_operation(world),
        "cause": "panic",
        "hold": hold,
        "override": True,
        "queue": [],
        "lifs": False,
        "phase": "detect",
        "moving": None,
    }
    _later(world, survivor, setting(world, "takeover_detection"), "detected")
    return True


@handler
def detected(world: World, survivor: str, operation: int) -> None:
    """No heartbeat for long enough: the survivor takes over."""
    both = current(world, survivor, operation)
    if both is None:
        return
    node, victim = both
    # Choice: name and severity of this event.
    ems_log.emit(world, node, "cf.fsm.takeover.noHeartbeat", "alert", f"Failover monitor: takeover of {victim['name']}: no heartbeat.")
    _seize(world, node, victim)
