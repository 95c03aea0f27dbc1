# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the moves of volumes are doing at this moment: who is under way, how far, at which rate, and what they take at their destination.

The facts of a move are in `sim.move` of its volume; the table `volume_moves` says which volumes have one that is not over. A move that
copies has the bytes that it had sent and had left at the moment `since`, and a rate; everything else follows from the clock.

Sources: knowledge base, how many volume moves can be active (eight references to aggregates of a node; all moves of a node share its
resources); the vendor's Python SDK for the ONTAPI, volume-move-info (phases and states of the command volume move show). The rate and
all times are choices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import reach
from ..store import Row
from .world import World

if TYPE_CHECKING:
    from .space import Figures

QUEUED, COPYING, HELD, DEFERRED, WAITING, CUTOVER, PAUSED, CLEANUP = (
    "queued",
    "replicating",
    "held",
    "deferred",
    "waiting",
    "cutover",
    "paused",
    "cleanup",
)
"""What a move does: waits for its turn, copies, waits for its trigger because it was told to or because its attempts failed, waits for
the next attempt, cuts over, is paused, removes what it has made."""

REFERENCES = 8
"""Source: knowledge base: aggregates of one node that moves refer to, as source or destination, before further moves wait."""

DEFAULTS: Row = {
    # Choice: bytes a second that the moves of one node share.
    "move_rate": 512 * 1024**2,
    # Choice: how long the job of a PATCH runs; its end means that the move has started.
    "move_job": 2,
    # Choice: the shortest time that a copy takes, because snapshots and a volume have to be made.
    "move_setup": 3,
    # Source: ONTAP documentation, how moving a volume works: three attempts, then an hour.
    "move_attempts": 3,
    "cutover_pause": 3600,
    # Choice: how long I/O waits in a cutover that succeeds.
    "cutover_seconds": 4,
    # Choice: how long after an attempt that failed the next one comes.
    "cutover_retry": 10,
    # Choice: how long I/O waits in a cutover that is forced.
    "cutover_forced": 120,
    # Choice: how long it takes to clean up after a move that was aborted or has failed.
    "move_cleanup": 5,
    # The SDK's text for movement.state calls a move that waits to go into cutover cutover_pending; other clients take cutover_wait
    # for one that waits for its trigger. A scenario can have either.
    "move_held_as": "cutover_pending",
}


def setting(world: World, name: str) -> Any:
    """The value of a setting of this world, or the default."""
    return world.settings.get(name, DEFAULTS[name])


def facts(volume: Row) -> Row | None:
    """What the model knows about the move of a volume, also when it is over; None when there has been none."""
    found: Row | None = (volume.get("sim") or {}).get("move")
    return found


def under_way(volume: Row) -> bool:
    """Whether a move of the volume has started and is not over."""
    move = facts(volume)
    return move is not None and move["ended"] is None


def active(world: World) -> list[tuple[Row, Row]]:
    """The volumes that are being moved, and their moves, in the order in which they started."""
    table = world.store.table("volumes")
    return [(table[uuid], table[uuid]["sim"]["move"]) for uuid in world.store.table("volume_moves") if uuid in table]


def aggregates(world: World, move: Row) -> list[Row]:
    """The rows of the two aggregates of a move."""
    table = world.store.table("aggregates")
    return [table[move[end]["uuid"]] for end in ("source", "destination")]


def served(world: World, move: Row) -> bool:
    """Whether both aggregates of a move answer.

    Choice: while one of them changes hands, or its node is down, the move stands still, and goes on afterwards where it was. The
    sources only say that moves and takeovers disturb each other.
    """
    nodes = world.store.table("nodes")
    return all(row["state"] == "online" and reach.serves(nodes.get(row["node"]["uuid"])) for row in aggregates(world, move))


def references(world: World, but: Row) -> dict[str, int]:
    """By node: how many references to its aggregates the moves that have their turn have, without one of them."""
    found: dict[str, int] = {}
    for _volume, move in active(world):
        if QUEUED in (move["phase"], move["resume"]) or move is but:
            continue
        for row in aggregates(world, move):
            found[row["node"]["uuid"]] = found.get(row["node"]["uuid"], 0) + 1
    return found


def has_turn(world: World, move: Row) -> bool:
    """Whether a move that waits can begin. Choice: one that cannot does not hold up later ones of other nodes."""
    found = references(world, move)
    for row in aggregates(world, move):
        found[row["node"]["uuid"]] = found.get(row["node"]["uuid"], 0) + 1
    return all(found[row["node"]["uuid"]] <= REFERENCES for row in aggregates(world, move))


def rates(world: World, moves: list[Row]) -> list[float]:
    """The rates of moves that copy at the same time: each node shares its own among those that read from it or write to it."""
    nodes = [{row["node"]["uuid"] for row in aggregates(world, move)} for move in moves]
    count: dict[str, int] = {}
    for mine in nodes:
        for node in mine:
            count[node] = count.get(node, 0) + 1
    whole = float(setting(world, "move_rate"))
    return [min(whole / count[node] for node in mine) for mine in nodes]


# -- how far ---------------------------------------------------------------------------------------------------------------


def moved(world: World, move: Row) -> int:
    """Bytes that have been sent since the last time that somebody wrote it down."""
    if not move["rate"]:
        return 0
    return min(move["left"], int((world.now() - move["since"]) * move["rate"]))


def sent(world: World, move: Row) -> int:
    """Bytes that have been sent."""
    return int(move["sent"] + moved(world, move))


def remaining(world: World, move: Row) -> int:
    """Bytes that are still to be sent."""
    return int(move["left"] - moved(world, move))


def percent(world: World, move: Row) -> int:
    """How much of what is to be sent has been sent."""
    if move["phase"] in (HELD, DEFERRED, WAITING, CUTOVER):
        return 100
    done, left = sent(world, move), remaining(world, move)
    return min(99, done * 100 // (done + left)) if done + left else 0


def note_progress(world: World, move: Row) -> None:
    """Write down how far a move is."""
    more = moved(world, move)
    move.update(sent=move["sent"] + more, left=move["left"] - more, since=world.now())


def shown(world: World, volume: Row) -> Row:
    """The movement part of a volume's record."""
    move = facts(volume)
    if move is None or move["ended"] is not None:
        return dict(volume["movement"])
    return {**volume["movement"], "percent_complete": percent(world, move)}


# -- space -----------------------------------------------------------------------------------------------------------------


def needs(volume: Row, now: Figures) -> int:
    """Bytes that the volume takes at its destination. A clone is a volume of its own there (source: documentation, moving volumes)."""
    return max(now.size, now.physical) if volume.get("guarantee", {}).get("type") == "volume" else now.physical


def charge(world: World, volume: Row, now: Figures) -> int:
    """Bytes that a move takes at its destination at this moment.

    Choice: what is guaranteed is taken from the start, everything else as it arrives; what is cleaned up is free at once.
    """
    move = volume["sim"]["move"]
    if move["phase"] == CLEANUP:
        return 0
    whole = needs(volume, now)
    if volume.get("guarantee", {}).get("type") == "volume" or move["phase"] in (HELD, DEFERRED, WAITING, CUTOVER):
        return whole
    return min(whole, sent(world, move))


def left_behind(world: World) -> dict[str, int]:
    """By aggregate: bytes of temporary volumes that still have clones; those without are gone."""
    table = world.store.table("temporary_volumes")
    if not table:
        return {}
    parents = {row["parent"] for row in world.store.table("clones").values()}
    found: dict[str, int] = {}
    for uuid, row in list(table.items()):
        if uuid in parents:
            found[row["aggregate"]["uuid"]] = found.get(row["aggregate"]["uuid"], 0) + row["footprint"]
        else:
            del table[uuid]
    return found
