# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Giveback: the root aggregate first, then the data aggregates one by one, each with its own vetoes.

Sources: HA guide (order, vetoes, partial giveback, interruption, automatic giveback), API reference, node
(states, codes), CLI manual, storage failover giveback. Times: ha_settings.

Not simulated: background disk firmware updates that delay an aggregate (the *_bdfu_* states), `running_checks`,
ping-pong protection of automatic giveback.
"""

from __future__ import annotations

from ..store import Row
from . import ems_log, ha_lifs, ha_storage
from .ha_settings import setting
from .ha_state import (
    GIVEBACK_FAILED,
    HALTED,
    HALTING,
    UP,
    WAITING,
    gives_back,
    held_for,
    next_operation,
    partner_of,
    ref,
    root_away,
    serves,
    takes_over,
)
from .refusal import Refusal
from .world import World, handler


def refuse(reason: str) -> Refusal:
    """A giveback that cannot start. Source for the code: API reference, node; status and words: choice."""
    return Refusal(400, str(GIVEBACK_FAILED), f"Failed to initiate giveback. Reason: {reason}.")


def check(world: World, owner: Row, only: str | None = None, require_waiting: bool = True) -> Row:
    """The node that gives back to this owner; a Refusal if there is nothing to give back, or it is too early."""
    holder = partner_of(world, owner)
    if holder is None:
        raise refuse(f"{owner['name']} has no HA partner")
    if not serves(holder):
        raise refuse(f"{holder['name']} is not up")
    if "in_progress" in (takes_over(holder), takes_over(owner)):
        raise refuse("a takeover is in progress")
    if gives_back(holder):
        raise refuse("a giveback is in progress")
    if not held_for(world, holder, owner):
        raise refuse("there are no aggregates to give back")
    if root_away(world, owner):
        _check_root(owner, only, require_waiting)
    return holder


def _check_root(owner: Row, only: str | None, require_waiting: bool) -> None:
    # Source: CLI manual, giveback: with require-partner-waiting the storage is not given back while the partner is not
    # ready to take it. Choice: true is the default; without it a dead or booting node may get its storage (an outage).
    if owner["sim"]["run"] != WAITING and require_waiting:
        raise refuse(f"{owner['name']} is not waiting for giveback")
    if only == "sfo":
        raise refuse(f"the root aggregate of {owner['name']} must be given back first")


def start(
    world: World, owner: Row, *, override: bool = False, only: str | None = None, require_waiting: bool = True, automatic: int = 0
) -> Row:
    """Start giving back to the owner; returns the node that gives back. `automatic` counts the cluster's own attempts."""
    holder = check(world, owner, only, require_waiting)
    chosen = [row for row in held_for(world, holder, owner) if only is None or row["sim"]["root"] == (only == "cfo")]
    holder["sim"]["giveback"] = {
        "state": "in_progress",
        "operation": next_operation(world),
        "owner": owner["uuid"],
        "override": override,
        "automatic": automatic,
        "status": [{"aggregate": ref(row), "state": "not_started", "module": None, "error": None} for row in chosen],
    }
    # Choice: event names cf.fm.giveback*; their severity is a choice too.
    ems_log.emit(world, holder, "cf.fm.givebackStarted", "notice", f"Failover monitor: giveback started for {owner['name']}.")
    _step(world, holder)
    return holder


def _step(world: World, holder: Row) -> None:
    """Take the next aggregate in hand, or end."""
    run = holder["sim"]["giveback"]
    owner = world.store.table("nodes")[run["owner"]]
    for entry in run["status"]:
        if entry["state"] != "not_started":
            continue
        aggregate = world.store.table("aggregates")[entry["aggregate"]["uuid"]]
        objection = ha_storage.veto(world, aggregate, "giveback", run["override"])
        if objection is None:
            _send(world, holder, entry, aggregate)
            return
        _vetoed(world, holder, entry, objection)
        if aggregate["sim"]["root"]:
            # Source: HA guide: without the root aggregate nothing else can go home.
            break
    _end(world, holder, owner)


def _send(world: World, holder: Row, entry: Row, aggregate: Row) -> None:
    run = holder["sim"]["giveback"]
    if run["override"]:
        ha_storage.pay_for_override(world, aggregate, holder, f"giveback {run['operation']}")
    entry["state"] = "in_progress"
    ha_storage.begin_move(world, aggregate)
    delay = setting(world, "giveback_root" if aggregate["sim"]["root"] else "giveback_per_aggregate")
    world.later(delay, "ha_giveback.given", holder=holder["uuid"], operation=run["operation"], aggregate=aggregate["uuid"])
    world.ledger.observe(f"giveback of {aggregate['name']} by {holder['name']}")


def _vetoed(world: World, holder: Row, entry: Row, objection: Row) -> None:
    # Choice: the other data aggregates still go home; the sources describe a partial giveback only by its result.
    entry.update(state="failed", error="veto", module=objection["module"])
    name = entry["aggregate"]["name"]
    text = f"The giveback operation of '{name}' was aborted by '{objection['module']}'."
    ems_log.emit(world, holder, "sfo.sendhome.subsystemAbort", "alert", text, aggregate=name, subsystem=objection["module"])


@handler
def given(world: World, holder: str, operation: int, aggregate: str) -> None:
    """One aggregate is home; with the root aggregate its owner comes up."""
    node = world.store.table("nodes")[holder]
    run = node["sim"]["giveback"]
    if not run or run["operation"] != operation or run["state"] != "in_progress":
        return
    row = world.store.table("aggregates")[aggregate]
    owner = world.store.table("nodes")[run["owner"]]
    because = f"giveback of {row['name']} to {owner['name']}"
    ha_storage.arrive(world, row, owner, f"giveback {operation}", because)
    next(entry for entry in run["status"] if entry["aggregate"]["uuid"] == aggregate)["state"] = "done"
    if row["sim"]["root"] and owner["sim"]["run"] == WAITING:
        came_up(world, owner, f"giveback {operation}")
    world.ledger.observe(because)
    if row["sim"]["root"] and owner["sim"]["run"] != UP:
        # Source: EMS reference, sfo.sendhome.partnerNoBoot: the rest stays with this node.
        text = f"The giveback terminated because the partner node ({owner['name']}) did not boot successfully."
        ems_log.emit(world, node, "sfo.sendhome.partnerNoBoot", "error", text, partner_name=owner["name"])
        abort(world, node, "communication_err")
        return
    _step(world, node)


def came_up(world: World, node: Row, operation: str) -> None:
    """The node runs from its own root aggregate; its LIFs come home, and soon it can take part in takeovers again."""
    node["sim"].update(run=UP, recovering=False, stopping=None, takeover_failure=None, up_since=world.now())
    node["sim"]["ready_at"] = world.now() + setting(world, "applications_online")
    ha_lifs.call_home(world, node, operation)


def _end(world: World, holder: Row, owner: Row) -> None:
    run = holder["sim"]["giveback"]
    if not root_away(world, owner):
        # Source: knowledge base, partial giveback: both nodes are connected again, and takeover is possible.
        holder["sim"]["takeover"] = None
    if any(entry["state"] == "failed" for entry in run["status"]):
        run["state"] = "failed"
        if not root_away(world, owner):
            ems_log.emit(world, holder, "sfo.PartialGiveback", "informational", "Node is in partial giveback state.")
        # Choice: severity and name of this one.
        ems_log.emit(world, holder, "cf.fm.givebackFailed", "error", f"Failover monitor: giveback to {owner['name']} failed.")
        _retry(world, holder, run)
        return
    # Choice: with everything at home again, the memory of a takeover that was aborted goes as well.
    holder["sim"].update(giveback=None, takeover_failure=None)
    ems_log.emit(world, holder, "cf.fm.givebackComplete", "notice", f"Failover monitor: giveback to {owner['name']} completed.")


def abort(world: World, holder: Row, error: str) -> None:
    """Stop a giveback that runs: what is under way stays, and the state is failed. Source: HA guide, interruption."""
    run = holder["sim"]["giveback"]
    if not run or run["state"] != "in_progress":
        return
    for entry in run["status"]:
        if entry["state"] == "in_progress":
            ha_storage.stay(world, world.store.table("aggregates")[entry["aggregate"]["uuid"]])
        if entry["state"] in ("in_progress", "not_started"):
            entry.update(state="failed", error=error, module="communication")
    run["state"] = "failed"
    owner = world.store.table("nodes")[run["owner"]]
    if not root_away(world, owner):
        holder["sim"]["takeover"] = None


# -- automatic giveback --------------------------------------------------------------------------------------------------


def wanted(world: World, holder: Row) -> bool:
    """Whether the cluster gives back by itself. Source: HA guide, table of -onreboot, -auto-giveback and panics.

    Choice: the flags of the node that took over count.
    """
    cause = holder["sim"]["takeover"]["cause"] if holder["sim"]["takeover"] else None
    if cause == "panic":
        return bool(holder["sim"]["auto_giveback_after_panic"])
    if cause == "reboot" and setting(world, "onreboot"):
        return True
    return bool(holder["ha"]["auto_giveback"])


def schedule(world: World, owner: Row) -> None:
    """The owner waits for giveback now: note the automatic one, if there is to be one."""
    holder = partner_of(world, owner)
    if holder is not None and takes_over(holder) == "in_takeover" and wanted(world, holder):
        operation = holder["sim"]["takeover"]["operation"]
        world.later(setting(world, "auto_giveback_delay"), "ha_giveback.automatic", holder=holder["uuid"], operation=operation, attempt=1)


@handler
def automatic(world: World, holder: str, operation: int, attempt: int) -> None:
    """The delay is over: give back, unless an operator was faster or turned it off."""
    node = world.store.table("nodes")[holder]
    owner = partner_of(world, node)
    takeover = node["sim"]["takeover"]
    same = takeover["operation"] == operation if takeover else attempt > 1
    if owner is None or not same or (takeover and not wanted(world, node)):
        return
    cause = takeover["cause"] if takeover else None
    try:
        check(world, owner)
    except Refusal:
        return
    if attempt > 1:
        ems_log.emit(world, node, "sfo.retrying.autoGiveback", "informational", "Automatic giveback of SFO aggregates is being retried.")
    elif cause in ("panic", "reboot"):
        name = {"panic": "cf.fsm.autoGBTkoverOnPanic", "reboot": "cf.fsm.autoGBTkoverOnReboot"}[cause]
        text = f"Failover monitor: Automatic giveback was initiated following a takeover that was caused by a {cause} of the partner."
        ems_log.emit(world, node, name, "informational", text)
    start(world, owner, automatic=attempt)


def _retry(world: World, holder: Row, run: Row) -> None:
    if not run["automatic"]:
        return
    if run["automatic"] > setting(world, "auto_giveback_retries"):
        # Source: HA guide: two additional attempts. Choice: this event, which the EMS reference has for another limit.
        attempts = run["automatic"]
        text = f"Failover monitor: Automatic giveback is being disabled due to exceeding {attempts} attempts."
        ems_log.emit(world, holder, "cf.fsm.autoGivebackAttemptsExceeded", "emergency", text, attempts=attempts)
        return
    delay = setting(world, "auto_giveback_retry_delay")
    text = f"Automatic giveback of SFO aggregates will be retried after {max(1, delay // 60)} minutes."
    ems_log.emit(world, holder, "sfo.retry.autoGiveback", "informational", text, minutes=max(1, delay // 60))
    takeover = holder["sim"]["takeover"]
    operation = takeover["operation"] if takeover else run["operation"]
    world.later(delay, "ha_giveback.automatic", holder=holder["uuid"], operation=operation, attempt=run["automatic"] + 1)


def lost_owner(world: World, owner: Row) -> None:
    """The owner went down again: a giveback to it cannot go on."""
    holder = partner_of(world, owner)
    if holder is not None and owner["sim"]["run"] in (HALTED, HALTING):
        abort(world, holder, "communication_err")
