# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What moves and copies of LUNs have in common: a copy in the background, with states, a limit, a pause, and two minutes of memory.

The LUN that is written has the facts in `sim.move`, and what the API shows of them in `movement` or `copy.source`; the table
`lun_transfers` says which LUNs have one that is not over.

Sources: the SDK's descriptions of movement and copy.source (states, throttle in whole megabytes, what can be set), API reference, lun
(at most 50 moves and copies: 7018877; 5374889 for a state that cannot be set; 5374316 while a move runs), CLI manual, lun move start
(no snapshots of the destination until data is copied). Choices: the rate (setting lun_move_rate, bytes a second of each) and the times;
bytes that were never written are not copied; a volume that is offline lets what copies fail with paused_error; what fails for good is
reverting for a while: a move leads back to the source, and a copy is gone when its two minutes are over.
"""

from __future__ import annotations

from typing import Any

from ..store import Row
from .refusal import Refusal
from .world import World, handler

PREPARING, COPYING, PAUSED, BROKEN, COMPLETE, REVERTING, FAILED = (
    "preparing",
    "replicating",
    "paused",
    "paused_error",
    "complete",
    "reverting",
    "failed",
)
ENDED = (COMPLETE, FAILED)
MOST = 50
"""Source: API reference, code 7018877: moves and copies of LUNs and files at the same time."""

KEPT = 120.0
"""Seconds. Source: SDK's description: movement stays for two minutes after it is complete."""

MEGABYTE = 1024**2

DEFAULTS: Row = {
    # Choice: bytes that each transfer copies in a second.
    "lun_move_rate": 256 * MEGABYTE,
    # Choice: how long a transfer prepares, and reverts.
    "lun_move_prepare": 3,
    "lun_move_revert": 5,
}


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])


def facts(lun: Row) -> Row | None:
    """What the model knows about the transfer of a LUN, also for two minutes after it; None when there is none."""
    found: Row | None = lun["sim"].get("move")
    return found


def under_way(lun: Row) -> bool:
    """Whether data of the LUN is still to be copied."""
    move = facts(lun)
    return move is not None and move["state"] not in ENDED


def active(world: World) -> list[tuple[Row, Row]]:
    """The LUNs that are written by transfers that are not over, and these."""
    table = world.store.table("luns")
    return [(table[uuid], table[uuid]["sim"]["move"]) for uuid in world.store.table("lun_transfers") if uuid in table]


# -- what is refused -------------------------------------------------------------------------------------------------------


def check_limit(world: World) -> None:
    """Refuse a transfer above the limit."""
    if len(active(world)) >= MOST:
        raise Refusal(400, "7018877", f"There are {MOST} file and LUN copy and move operations in progress, which is the most.")


def check_still(world: World, lun: Row) -> None:
    """Refuse what cannot be done to a LUN while its data is on its way, or while it is the source of a copy."""
    busy = under_way(lun) or any(move["source"]["uuid"] == lun["uuid"] and one is not lun for one, move in active(world))
    if busy:
        raise Refusal(400, "5374316", f'The operation is not allowed while LUN "{lun["name"]}" is being moved or copied.', "uuid")


def check_volume(world: World, volume: str, what: str) -> None:
    """Refuse what cannot be done to a volume from or to which LUNs are on their way. Choice of the code: another operation runs."""
    for lun, move in active(world):
        if volume in (move["source"]["volume"], lun["location"]["volume"]["uuid"]):
            raise Refusal(400, "13107406", f'Cannot {what} the volume: LUN "{lun["name"]}" is being moved or copied.')


def check_snapshots(world: World, volume: str) -> None:
    """Refuse a snapshot of a volume in which a LUN is being prepared. Source: CLI manual, lun move start; choice of the code."""
    for lun, move in active(world):
        if move["state"] == PREPARING and lun["location"]["volume"]["uuid"] == volume:
            raise Refusal(400, "13107406", f'Snapshots of the volume are blocked while LUN "{lun["name"]}" is being moved or copied.')


# -- progress --------------------------------------------------------------------------------------------------------------


def sent(world: World, move: Row) -> int:
    """Bytes that have been copied."""
    more = (world.now() - move["since"]) * move["rate"] if move["state"] == COPYING else 0
    return int(min(move["total"], move["sent"] + more))


def progress(world: World, move: Row) -> Row:
    """The progress of a transfer as the API shows it."""
    end = world.now() if move["ended"] is None else move["ended"]
    done = 100 if move["state"] == COMPLETE else 0
    if move["state"] not in (PREPARING, COMPLETE):
        done = min(99, sent(world, move) * 100 // move["total"]) if move["total"] else 0
    found: Row = {
        "state": move["state"],
        "percent_complete": done,
        "elapsed": int(end - move["started"]),
        "volume_snapshot_blocked": move["state"] == PREPARING,
    }
    if move["failure"]:
        found["failure"] = dict(move["failure"])
    return found


def shown(world: World, lun: Row) -> Row:
    """The parts of a LUN's record that tell of its transfer."""
    move = facts(lun)
    if move is None:
        return {}
    part = {"progress": progress(world, move), **({"max_throughput": move["limit"]} if move["limit"] else {})}
    if move["kind"] == "move":
        return {"movement": {**lun["movement"], **part}}
    return {"copy": {"source": {**lun["copy"]["source"], **part}}}


# -- steps -----------------------------------------------------------------------------------------------------------------


def begin(world: World, lun: Row, kind: str, source: Row, limit: int | None) -> None:
    """Start to copy the data of a LUN from a source: {uuid, path, volume, location}."""
    counter = world.store.table("counters").setdefault("lun_transfers", {"value": 0})
    counter["value"] += 1
    lun["sim"]["move"] = {
        "order": counter["value"],
        "kind": kind,
        "state": PREPARING,
        "source": source,
        "started": world.now(),
        "ended": None,
        "total": lun["space"]["used"],
        "sent": 0,
        "since": world.now(),
        "rate": 0.0,
        "limit": throttle(limit),
        "failure": None,
        "event": "",
    }
    world.store.table("lun_transfers")[lun["uuid"]] = {"order": counter["value"]}
    _later(world, lun, float(setting(world, "lun_move_prepare")), "prepared")


def throttle(limit: int | None) -> int | None:
    """A throttle as ONTAP takes it. Source: rounded up to whole megabytes; choice: 0 means none."""
    return -(-limit // MEGABYTE) * MEGABYTE if limit else None


def _later(world: World, lun: Row, delay: float, step: str) -> None:
    move = lun["sim"]["move"]
    _forget(world, move)
    event = world.later(max(0.0, delay), f"lun_transfer.{step}", lun=lun["uuid"], order=move["order"])
    move["event"] = event["uuid"]


def _forget(world: World, move: Row) -> None:
    event: Any = world.store.table("events").get(move["event"])
    if event:
        world.forget(event)


def _current(world: World, uuid: str, order: int) -> Row | None:
    lun = world.store.table("luns").get(uuid)
    move = facts(lun) if lun else None
    return lun if move and move["order"] == order else None


def _enter(world: World, lun: Row, state: str) -> None:
    move = lun["sim"]["move"]
    move.update(sent=sent(world, move), since=world.now(), state=state, rate=0.0)


def _copy(world: World, lun: Row) -> None:
    """Copy on at the rate that there is."""
    move = lun["sim"]["move"]
    _enter(world, lun, COPYING)
    move["rate"] = float(min(setting(world, "lun_move_rate"), move["limit"] or setting(world, "lun_move_rate")))
    _later(world, lun, (move["total"] - move["sent"]) / move["rate"], "copied")


@handler
def prepared(world: World, lun: str, order: int) -> None:
    """The destination is prepared: data is copied, and snapshots are possible."""
    row = _current(world, lun, order)
    if row is not None:
        _copy(world, row)
        follow(world)


@handler
def copied(world: World, lun: str, order: int) -> None:
    """All data is at the destination."""
    row = _current(world, lun, order)
    if row is not None:
        _end(world, row, COMPLETE)


def _end(world: World, lun: Row, state: str) -> None:
    _enter(world, lun, state)
    lun["sim"]["move"]["ended"] = world.now()
    world.store.table("lun_transfers").pop(lun["uuid"], None)
    _later(world, lun, KEPT, "forgotten")


@handler
def forgotten(world: World, lun: str, order: int) -> None:
    """Two minutes are over: nothing tells of the transfer any more, and a copy that failed is gone."""
    from . import lun_restore

    row = _current(world, lun, order)
    if row is None:
        return
    move = row["sim"].pop("move")
    row.pop("movement", None)
    row.pop("copy", None)
    if move["kind"] == "copy" and move["state"] == FAILED:
        lun_restore.drop(world, [row], True, f"the copy {row['name']} had failed")


def follow(world: World) -> None:
    """A volume has gone offline: what copies from or to it cannot go on."""
    volumes = world.store.table("volumes")
    for lun, move in active(world):
        ends = [volumes.get(move["source"]["volume"]), volumes.get(lun["location"]["volume"]["uuid"])]
        if move["state"] == COPYING and not all(one is not None and one["state"] == "online" for one in ends):
            stop(world, lun, "A volume of the operation is not online.")


def stop(world: World, lun: Row, message: str) -> None:
    """An error stops a transfer; it waits for somebody to resume it. Choice of the code: a volume that is offline."""
    _forget(world, lun["sim"]["move"])
    _enter(world, lun, BROKEN)
    lun["sim"]["move"]["failure"] = {"code": "5374866", "message": message}


def revert(world: World, lun: Row, message: str) -> None:
    """A transfer has failed for good: what it has done is undone. Choice of the code: the data-component error of a move."""
    _enter(world, lun, REVERTING)
    lun["sim"]["move"]["failure"] = {"code": "144182225", "message": message}
    _later(world, lun, float(setting(world, "lun_move_revert")), "reverted")


@handler
def reverted(world: World, lun: str, order: int) -> None:
    """The end of a transfer that has failed."""
    from . import lun_move

    row = _current(world, lun, order)
    if row is None:
        return
    if row["sim"]["move"]["kind"] == "move":
        lun_move.put_back(world, row)
    else:
        row["enabled"] = False
        row["sim"]["content"] = "an incomplete copy"
        row["sim"].pop("records", None)
    _end(world, row, FAILED)


def cancel(world: World, lun: Row) -> None:
    """Forget the transfer of a LUN that is going away."""
    move = lun["sim"].pop("move", None)
    if move is not None:
        _forget(world, move)
        world.store.table("lun_transfers").pop(lun["uuid"], None)


# -- steering --------------------------------------------------------------------------------------------------------------


def steer(world: World, lun: Row, kind: str, asked: Row) -> None:
    """Throttle, pause or resume a transfer. Source: SDK's description: valid while it is active."""
    field = "movement" if kind == "move" else "copy.source"
    move = facts(lun)
    state = asked.get("progress", {}).get("state")
    if move is None or move["kind"] != kind or not under_way(lun):
        target = f"{field}.progress.state" if state else f"{field}.max_throughput"
        raise Refusal(400, "5374889", f'No {kind} of LUN "{lun["name"]}" is in progress.', target)
    if state not in (None, PAUSED, COPYING):
        text = f'The state "{state}" cannot be set; possible are "{PAUSED}" and "{COPYING}".'
        raise Refusal(400, "5374889", text, f"{field}.progress.state")
    if "max_throughput" in asked:
        move["limit"] = throttle(asked["max_throughput"])
    if state == PAUSED and move["state"] in (PREPARING, COPYING, BROKEN):
        _forget(world, move)
        _enter(world, lun, PAUSED)
    elif move["state"] == COPYING or (state == COPYING and move["state"] in (PAUSED, BROKEN)):
        move["failure"] = None
        _copy(world, lun)
        follow(world)


# -- from outside ----------------------------------------------------------------------------------------------------------


def fail_transfer(world: World, path: str, svm: str | None = None, state: str = BROKEN) -> None:
    """A move or copy to this path meets an error: it stops (paused_error), or fails for good (failed)."""
    found = [lun for lun, _move in active(world) if lun["name"] == path and svm in (None, lun["svm"]["name"])]
    if len(found) != 1:
        raise ValueError(f"no LUN is being moved or copied to {path}" if not found else f"several SVMs have a LUN {path}; name one")
    if state not in (BROKEN, FAILED):
        raise ValueError(f"a transfer cannot be made {state}")
    (stop if state == BROKEN else revert)(world, found[0], "An I/O error has occurred.")


TRIGGERS = {fail_transfer.__name__: fail_transfer}
