# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The steps of a volume move, from the queue to the end, each at its time.

Sources: documentation, how moving a volume works (a baseline, deltas, I/O blocked for a window at most, three attempts, an hour), CLI
manual, volume move start (cutover actions). Choices: a copy that has ended is followed by another one only when what clients have
changed since would not fit into the window; what is sent is never sent twice; an attempt that fails lasts as long as the window; of
those that write into an aggregate that is full, the last one to begin fails; moves stand still while an aggregate of theirs is not
served (volume_move_state.served).
"""

from __future__ import annotations

from typing import Any

from ..clock import iso
from ..store import Row
from . import space, volume_move_end, volume_move_state
from .volume_move_state import CLEANUP, COPYING, CUTOVER, DEFERRED, HELD, QUEUED, WAITING, active, setting
from .world import World, handler

FULL = 1024**2
"""Choice: an aggregate with less than this many bytes is full."""


def register(world: World, volume: Row, phase: str, wanted: Row) -> Row:
    """Note a new move of a volume; `wanted` is what volume_move_rules.options has."""
    counter = world.store.table("counters").setdefault("volume_moves", {"value": 0})
    counter["value"] += 1
    move: Row = {
        "order": counter["value"],
        "phase": phase,
        "resume": None,
        "source": dict(volume["aggregates"][0]),
        "destination": dict(volume["movement"]["destination_aggregate"]),
        "started": world.now(),
        "ended": None,
        "sent": 0,
        "left": 0,
        "copied": 0,
        "rate": 0.0,
        "since": world.now(),
        "not_before": world.now(),
        "tried": 0,
        "attempted": 0,
        "forced": False,
        "details": "",
        "issues": [],
        "event": "",
        **{name: wanted[name] for name in ("hold", "action", "attempts", "encrypt")},
    }
    volume["sim"] = {**(volume.get("sim") or {}), "move": move}
    world.store.table("volume_moves")[volume["uuid"]] = {"order": move["order"]}
    return move


# -- time ------------------------------------------------------------------------------------------------------------------


def enter(world: World, volume: Row, phase: str) -> None:
    """Let a move do something else, and show it."""
    move = volume["sim"]["move"]
    volume_move_state.note_progress(world, move)
    move.update(phase=phase, rate=0.0)
    shown = {HELD: setting(world, "move_held_as"), WAITING: "cutover_pending", CLEANUP: volume["movement"]["state"]}
    volume["movement"]["state"] = shown.get(phase, shown[HELD] if phase == DEFERRED else phase)


def later(world: World, volume: Row, delay: float, step: str, **more: Any) -> None:
    """Have a step of a move carried out later, instead of the one that was to come."""
    move = volume["sim"]["move"]
    forget(world, move)
    event = world.later(max(0.0, delay), f"volume_move_steps.{step}", volume=volume["uuid"], order=move["order"], **more)
    move["event"] = event["uuid"]


def forget(world: World, move: Row) -> None:
    """Drop the step that was to come."""
    event: Any = world.store.table("events").get(move["event"])
    if event:
        world.forget(event)


def _current(world: World, uuid: str, order: int) -> tuple[Row, Row] | None:
    """The volume and the move to which a step belongs, or None when that move is over."""
    volume = world.store.table("volumes").get(uuid)
    move = volume_move_state.facts(volume) if volume else None
    if volume is None or move is None or move["order"] != order or move["ended"] is not None:
        return None
    return volume, move


def admit(world: World) -> None:
    """Let the moves begin whose turn it is, and work out anew when those that copy will be done."""
    for volume, move in active(world):
        if move["phase"] == QUEUED and volume_move_state.served(world, move) and volume_move_state.has_turn(world, move):
            whole = space.figures(world, volume).physical
            enter(world, volume, COPYING)
            move.update(left=whole, copied=whole, not_before=world.now() + float(setting(world, "move_setup")))
    retime(world)


def retime(world: World) -> None:
    """The moves that copy share their nodes in another way than before."""
    _forget_watches(world)
    going = []
    for volume, move in active(world):
        if move["phase"] != COPYING:
            continue
        volume_move_state.note_progress(world, move)
        forget(world, move)
        move["rate"] = 0.0
        if volume_move_state.served(world, move):
            going.append((volume, move))
    for (volume, move), rate in zip(going, volume_move_state.rates(world, [move for _volume_row, move in going])):
        move["rate"] = rate
        later(world, volume, max(move["left"] / rate, move["not_before"] - world.now()), "copied")
    _watch(world, going)


def follow(world: World) -> None:
    """An aggregate has changed hands, or a node has gone or come: moves stand still or go on, and cutovers are cut short."""
    if not world.store.table("volume_moves"):
        return
    for volume, move in active(world):
        if move["phase"] == CUTOVER and not volume_move_state.served(world, move):
            _open(world, volume, "an aggregate of the move is not served")
            _copy_again(world, volume)
    admit(world)


# -- a destination that fills up -------------------------------------------------------------------------------------------


def _forget_watches(world: World) -> None:
    table = world.store.table("volume_move_watches")
    for watch in table.values():
        event: Any = world.store.table("events").get(watch["event"])
        if event:
            world.forget(event)
    table.clear()


def _watch(world: World, going: list[tuple[Row, Row]]) -> None:
    """Note when a destination will be full, if what is under way does not fit; what is guaranteed has its space already."""
    arriving: dict[str, list[Row]] = {}
    for volume, move in going:
        if move["left"] and volume.get("guarantee", {}).get("type") != "volume":
            arriving.setdefault(move["destination"]["uuid"], []).append(move)
    loads = space.loads(world, set(arriving)) if arriving else {}
    for uuid, moves in arriving.items():
        aggregate = world.store.table("aggregates")[uuid]
        free = space.aggregate_space(aggregate, loads.get(uuid, space.Load()))["block_storage"]["available"]
        if free < sum(move["left"] for move in moves):
            event = world.later(free / sum(move["rate"] for move in moves), "volume_move_steps.filled", aggregate=uuid)
            world.store.table("volume_move_watches")[uuid] = {"event": event["uuid"]}


@handler
def filled(world: World, aggregate: str) -> None:
    """A destination is full: the move that began last fails, and makes room for the others."""
    mine = [(volume, move) for volume, move in active(world) if move["phase"] == COPYING and move["destination"]["uuid"] == aggregate]
    mine = [(volume, move) for volume, move in mine if volume.get("guarantee", {}).get("type") != "volume"]
    row = world.store.table("aggregates")[aggregate]
    if mine and space.aggregate_available(world, row) < FULL:
        _no_space(world, mine[-1][0])
    else:
        retime(world)


def _no_space(world: World, volume: Row) -> None:
    name = volume["movement"]["destination_aggregate"]["name"]
    give_up(world, volume, "failed", f'There is not enough space in aggregate "{name}".')


# -- copying and cutting over ----------------------------------------------------------------------------------------------


@handler
def copied(world: World, volume: str, order: int) -> None:
    """A copy is done: go on with what has changed since, wait for the trigger, or cut over."""
    pair = _current(world, volume, order)
    if pair is None:
        return
    row, move = pair
    rate = move["rate"]
    volume_move_state.note_progress(world, move)
    move.update(sent=move["sent"] + move["left"], left=0)
    now = space.figures(world, row)
    delta = max(0, now.physical - move["copied"])
    move["copied"] = now.physical
    missing = volume_move_state.needs(row, now) - volume_move_state.charge(world, row, now)
    if missing > space.aggregate_available(world, world.store.table("aggregates")[move["destination"]["uuid"]]):
        _no_space(world, row)
    elif delta > rate * row["movement"]["cutover_window"]:
        move.update(left=delta, not_before=world.now())
        retime(world)
    else:
        move["sent"] += delta
        _decide(world, row)


def _decide(world: World, volume: Row) -> None:
    """The decision point. Source: CLI manual, cutover-action wait."""
    if volume["sim"]["move"]["hold"]:
        enter(world, volume, HELD)
        retime(world)
    else:
        attempt(world, volume)


def _copy_again(world: World, volume: Row) -> None:
    """Go back to copying. Source: documentation: I/O is allowed again, and the move reverts to the data copy phase."""
    enter(world, volume, COPYING)
    volume["sim"]["move"].update(left=0, not_before=world.now() + float(setting(world, "cutover_retry")))
    retime(world)


def attempt(world: World, volume: Row) -> None:
    """Block the I/O of a volume and try to cut over."""
    move = volume["sim"]["move"]
    if not volume_move_state.served(world, move) or volume["uuid"] in world.store.table("fences"):
        # Choice: a cutover waits while a snapshot fences the volume.
        _copy_again(world, volume)
        return
    doomed, window = volume["sim"].get("fail_cutovers", 0), volume["movement"]["cutover_window"]
    seconds = float(setting(world, "cutover_forced" if move["forced"] else "cutover_seconds"))
    late = not move["forced"] and (doomed > 0 or seconds > window)
    if late and doomed:
        volume["sim"]["fail_cutovers"] = doomed - 1
    enter(world, volume, CUTOVER)
    move["attempted"] += 1
    world.store.table("fences")[volume["uuid"]] = {"why": "cutover", "since": world.now()}
    world.ledger.observe(f"volume {volume['name']} cuts over")
    later(world, volume, window if late else seconds, "overrun" if late else "cut")
    retime(world)


def _open(world: World, volume: Row, issue: str) -> None:
    """I/O goes on where it was."""
    move = volume["sim"]["move"]
    forget(world, move)
    world.store.table("fences").pop(volume["uuid"], None)
    move["issues"].append(f"{iso(world.now())}: Cutover failed: {issue}.")
    move["details"] = f"Cutover failed: {issue}."
    world.ledger.observe(f"a cutover of volume {volume['name']} failed")


@handler
def overrun(world: World, volume: str, order: int) -> None:
    """An attempt has not ended within its window."""
    pair = _current(world, volume, order)
    if pair is None:
        return
    row, move = pair
    _open(world, row, "it did not end within the cutover window")
    move["tried"] += 1
    if move["tried"] < move["attempts"]:
        _copy_again(world, row)
        return
    # Source: CLI manual, cutover-action: what follows when the attempts are exhausted.
    move["tried"] = 0
    if move["action"] == "abort_on_failure":
        give_up(world, row, "failed", "The cutover attempts are exhausted.")
    elif move["action"] == "force":
        move["forced"] = True
        attempt(world, row)
    elif move["action"] == "retry_on_failure":
        enter(world, row, WAITING)
        later(world, row, float(setting(world, "cutover_pause")), "again")
        retime(world)
    else:
        enter(world, row, DEFERRED)
        retime(world)


@handler
def again(world: World, volume: str, order: int) -> None:
    """The pause after three attempts is over."""
    pair = _current(world, volume, order)
    if pair and pair[1]["phase"] == WAITING:
        attempt(world, pair[0])


@handler
def cut(world: World, volume: str, order: int) -> None:
    """A cutover succeeds: the volume is in its new aggregate, with the uuid that it had."""
    pair = _current(world, volume, order)
    if pair is not None:
        world.store.table("fences").pop(volume, None)
        volume_move_end.settle(world, *pair)
        _end(world, pair[0], "success", "")
        world.ledger.observe(f"volume {pair[0]['name']} was moved")


# -- the end ---------------------------------------------------------------------------------------------------------------


def give_up(world: World, volume: Row, state: str, details: str) -> None:
    """Clean up after a move; the volume stays where it is. Choice: the state shows the end when that is done."""
    enter(world, volume, CLEANUP)
    volume["sim"]["move"]["details"] = details
    later(world, volume, float(setting(world, "move_cleanup")), "cleaned", state=state, details=details)
    retime(world)


@handler
def cleaned(world: World, volume: str, order: int, state: str, details: str) -> None:
    """Nothing is left of a move that has failed or was aborted."""
    pair = _current(world, volume, order)
    if pair is not None:
        _end(world, pair[0], state, details)


def _end(world: World, volume: Row, state: str, details: str) -> None:
    move = volume["sim"]["move"]
    forget(world, move)
    shown = 100 if state == "success" else volume_move_state.percent(world, move)
    volume["movement"].update(state=state, percent_complete=shown)
    move.update(phase=state, ended=world.now(), details=details or move["details"], rate=0.0)
    world.store.table("volume_moves").pop(volume["uuid"], None)
    admit(world)
