# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What ONTAP refuses about the move of a volume, and what a move makes of the volume's encryption and tiering.

Sources: API reference, volume (codes), the SDK's description of movement, CLI manual, volume move (parameters, ranges), documentation,
"Recommendations for moving ONTAP volumes" and "Move an ONTAP volume" (assigned aggregates, clones, mirrors, space). HTTP status is a
choice, and so is every code that is marked. Choice: the root volume of an SVM can be moved like any other.
"""

from __future__ import annotations

from .. import reach
from ..store import Row
from . import space, volume_move_state, volume_rules
from .references import only, pick
from .refusal import Refusal
from .volume_move_state import setting, under_way
from .world import World

COMMANDS = ("replicating", "cutover", "aborted", "paused", "cutover_wait")
"""Source: API reference, code 918786: the states that can be set."""

ACTIONS = ("abort_on_failure", "defer_on_failure", "force", "wait", "retry_on_failure")
DEFAULT_ACTION = "retry_on_failure"
"""Source: CLI manual, volume move start, cutover-action. Choice: moves that REST starts have the same default."""

WINDOW = 30
SHORTEST, LONGEST = 30, 300
"""Seconds. Source: SDK's description of movement.cutover_window, CLI manual."""

BUSY = "13107406"
"""Another operation on the volume runs. Source: API reference, volume."""

PARTS = frozenset(
    {
        "movement.destination_aggregate",
        "movement.state",
        "movement.cutover_window",
        "movement.tiering_policy",
        "movement.capacity_tier_optimized",
        "encryption.enabled",
        "validate_only",
    }
)
"""What a PATCH that is about a move can have. Source: SDK's description and API reference for encryption.enabled."""

UNFINISHED = ("queued", "replicating", "cutover", "cutover_wait", "cutover_pending", "paused")
TARGET = "movement.destination_aggregate"


def check_idle(volume: Row, what: str) -> None:
    """Refuse what cannot be done to a volume that is being moved. Source for the code: API reference; what it is about is a choice."""
    if under_way(volume):
        raise Refusal(400, BUSY, f'Cannot {what} volume "{volume["name"]}": a move of the volume is in progress.')


def check_tiering(volume: Row, body: Row) -> None:
    """Refuse to change the tiering of a volume that is being moved. Choice: which of the two codes stands for which field."""
    if not under_way(volume) or not body.get("tiering"):
        return
    field = next(iter(body["tiering"]))
    code = "918193" if field == "policy" else "918293"
    raise Refusal(
        400, code, f'tiering.{field} of volume "{volume["name"]}" cannot be changed while the volume is moved.', f"tiering.{field}"
    )


# -- starting --------------------------------------------------------------------------------------------------------------


def options(world: World, volume: Row, body: Row) -> Row:
    """What a PATCH wants of a new move, checked; the aggregate is a reference."""
    only(body, PARTS, "a volume that is to be moved")
    movement = body["movement"]
    if movement.get("state", "cutover_wait") != "cutover_wait":
        text = 'movement.destination_aggregate and movement.state cannot be specified together, unless the state is "cutover_wait".'
        raise Refusal(400, "918266", text, "movement.state")
    found = {
        "aggregate": movement["destination_aggregate"],
        "hold": movement.get("state") == "cutover_wait",
        "window": movement.get("cutover_window", WINDOW),
        "action": DEFAULT_ACTION,
        "attempts": int(setting(world, "move_attempts")),
        "tiering": movement.get("tiering_policy"),
        "optimized": movement.get("capacity_tier_optimized"),
        "encrypt": body.get("encryption", {}).get("enabled"),
    }
    check(world, volume, found)
    return found


def check(world: World, volume: Row, wanted: Row) -> Row:
    """The aggregate that a volume is to be moved to, or the reason why it cannot be."""
    check_window(wanted["window"])
    _check_volume(world, volume)
    aggregate = destination(world, wanted["aggregate"])
    if aggregate["uuid"] == volume["aggregates"][0]["uuid"]:
        raise Refusal(400, "918265", f'Volume "{volume["name"]}" is already on aggregate "{aggregate["name"]}".', TARGET)
    _check_aggregate(world, volume, aggregate)
    encryption(volume, aggregate, wanted["encrypt"])
    if wanted["tiering"]:
        tiering(volume, wanted["tiering"])
    extra = volume_move_state.needs(volume, space.figures(world, volume))
    space.require_aggregate(world, aggregate, extra, TARGET, f'move volume "{volume["name"]}"')
    return aggregate


def check_window(seconds: int) -> None:
    """Refuse a cutover window out of range. Choice of the code: a value out of range."""
    if not SHORTEST <= seconds <= LONGEST:
        text = f'The value {seconds} of "movement.cutover_window" is not in the range {SHORTEST} to {LONGEST}.'
        raise Refusal(400, "262245", text, "movement.cutover_window")


def _check_volume(world: World, volume: Row) -> None:
    name = volume["name"]
    check_idle(volume, "move")
    if volume.get("movement", {}).get("state") in UNFINISHED:
        raise Refusal(400, BUSY, f'Volume "{name}" is being moved already.', TARGET)
    if volume.get("style", "flexvol") != "flexvol":
        raise Refusal(400, "918241", f'Volume "{name}" is no FlexVol: moving others is not simulated.', TARGET)
    if volume.get("type", "rw") == "ls":
        raise Refusal(400, "917617", f'Volume "{name}" is a load-sharing mirror, and cannot be moved.', TARGET)
    if volume["state"] != "online":
        raise Refusal(400, "917775", f'Volume "{name}" is not online.', TARGET)
    if (volume.get("sim") or {}).get("split"):
        # Source for the words: what clients wait for. Choice of the code.
        raise Refusal(400, BUSY, f'Volume "{name}" is undergoing a clone split.', TARGET)
    if volume.get("error_state", {}).get("is_inconsistent"):
        # Source: documentation: the source volume must be consistent. Choice of the code.
        raise Refusal(400, "144182225", f'Volume "{name}" is inconsistent.', TARGET)
    if volume.get("type", "rw") == "dp" and not _mirrored(world, volume):
        # Source: documentation: a mirror must be initialized before it can be moved; the code is that of such a volume.
        raise Refusal(400, "917536", f'Volume "{name}" is the destination of a mirror that has not been initialized.', TARGET)


def _mirrored(world: World, volume: Row) -> bool:
    path = f"{volume['svm']['name']}:{volume['name']}"
    rows = world.store.table("snapmirror_relationships").values()
    return any(row["destination"]["path"] == path and row["state"] != "uninitialized" for row in rows)


def destination(world: World, wanted: Row) -> Row:
    """The aggregate that a reference means."""
    name = wanted.get("name") or wanted.get("uuid")
    missing = Refusal(
        400, "918267", f'The destination aggregate "{name}" does not exist.' if name else "A destination is required.", TARGET
    )
    mismatch = Refusal(400, "787141", "The uuid and the name of the destination refer to different aggregates.", TARGET)
    return pick(world, "aggregates", wanted, missing, mismatch)


def _check_aggregate(world: World, volume: Row, aggregate: Row) -> None:
    name = aggregate["name"]
    if aggregate["sim"]["root"]:
        raise Refusal(400, "917597", f'Aggregate "{name}" is a root aggregate.', TARGET)
    if aggregate["state"] != "online":
        raise Refusal(400, "786787", f'Aggregate "{name}" is not online.', TARGET)
    nodes = world.store.table("nodes")
    if not reach.serves(nodes.get(aggregate["node"]["uuid"])):
        raise Refusal(400, "786472", f'The node of aggregate "{name}" is not up.', TARGET)
    assigned = [one["uuid"] for one in world.store.table("svms").get(volume["svm"]["uuid"], {}).get("aggregates", ())]
    if assigned and aggregate["uuid"] not in assigned:
        # Source: documentation: the destination must be one of the assigned ones. Choice of the code: no suitable aggregate.
        text = f'Aggregate "{name}" is not assigned to SVM "{volume["svm"]["name"]}".'
        raise Refusal(400, "13107341", text, TARGET)
    lock = volume.get("snaplock", {}).get("type", "non_snaplock")
    if world.version < (9, 10, 1) and aggregate.get("snaplock_type", "non_snaplock") != lock:
        # Since 9.10.1 an aggregate takes both kinds of volumes. Choice of the code.
        raise Refusal(400, "13107341", f'Aggregate "{name}" is of another SnapLock type.', TARGET)


# -- steering --------------------------------------------------------------------------------------------------------------


def check_command(volume: Row, body: Row) -> None:
    """Refuse a PATCH that steers a move where there is none, or wants of it what it cannot do."""
    only(body, PARTS - {TARGET, "encryption.enabled"}, "a volume that is being moved")
    movement = body["movement"]
    state = movement.get("state")
    if state is not None and state not in COMMANDS:
        text = f'The state "{state}" cannot be set; possible are {", ".join(COMMANDS)}.'
        raise Refusal(400, "918786", text, "movement.state")
    if not under_way(volume) and volume.get("movement", {}).get("state") not in UNFINISHED:
        # Source: SDK's description: a change of state needs a move in progress. Choice of the code: a destination is missing.
        text = f'No move of volume "{volume["name"]}" is in progress; movement.destination_aggregate is needed to start one.'
        raise Refusal(400, "918267", text, TARGET)
    if "cutover_window" in movement:
        check_window(movement["cutover_window"])
    for name in ("tiering_policy", "capacity_tier_optimized"):
        if name in movement:
            raise Refusal(400, "918193", f"movement.{name} cannot be changed while the volume is moved.", f"movement.{name}")


# -- what a move changes ---------------------------------------------------------------------------------------------------


def encryption(volume: Row, aggregate: Row, wanted: bool | None) -> Row:
    """The encryption of a volume after its move. Sources: CLI manual, encrypt-destination; documentation, aggregate encryption.

    Choice: what nobody asks for stays as it is, but an aggregate that is encrypted encrypts every volume with its own key.
    """
    now = volume.get("encryption", {})
    if aggregate.get("data_encryption", {}).get("software_encryption_enabled"):
        if wanted is False:
            # Choice of the code: an invalid value.
            text = f'Aggregate "{aggregate["name"]}" is encrypted: the volume cannot be decrypted there.'
            raise Refusal(400, "262247", text, "encryption.enabled")
        return {"enabled": True, "state": "encrypted", "type": "aggregate"}
    if not (now.get("enabled", False) if wanted is None else wanted):
        return {"enabled": False, "state": "unencrypted", "type": "none"}
    if now.get("type") == "volume":
        return dict(now)
    return {"enabled": True, "state": "encrypted", "type": "volume"}


def tiering(volume: Row, policy: str) -> Row:
    """The tiering of a volume after its move. Source: documentation, FabricPool: the policy backup became all with 9.6."""
    wanted = {"policy": "all" if policy == "backup" else policy}
    return volume_rules.tiering(volume.get("tiering", {"policy": "none"}), wanted)
