# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which volume goes to which aggregate, and when: the plan of an evacuation. Pure; docs/decisions/009-evacuation.md tells why so."""

from __future__ import annotations

from collections import defaultdict

from .evacuation_rules import ANY, LISTED, SMALLEST, Aggregate, Volume, Wishes, shown, why_not
from .evacuation_schedule import Job, Slots, time_bound, timetable, waves
from .packing import OUT, Box, Packing, Piece
from .packing_balance import far_bound, highest_bound
from .placement import place

NOT_MOVABLE, MOVING, NO_PLACE, NO_ROOM = "not_movable", "moving", "no_place", "no_room"
"""Why a volume is not placed: ONTAP does not move it, it is on its way elsewhere, no aggregate may take it, none of those has room."""


class Move:
    """A volume, where it goes, and when."""

    def __init__(self, volume: Volume, source: Aggregate, destination: Aggregate, job: Job) -> None:
        self.volume = volume
        self.source = source
        self.destination = destination
        self.job = job

    @property
    def changes_paths(self) -> bool:
        """Whether hosts get other paths to its LUNs, because it goes to another HA pair."""
        return self.volume.mapped and self.source.pair != self.destination.pair


class Unplaced:
    """A volume that stays where it is against the wish: why, in one word and in a sentence, and how many bytes were missing."""

    def __init__(self, volume: Volume, cause: str, reason: str, missing: int | None = None) -> None:
        self.volume = volume
        self.cause = cause
        self.reason = reason
        self.missing = missing


class Load:
    """What a plan makes of an aggregate: bytes used now, at the worst moment and at the end, and how many volumes go and come."""

    def __init__(self, aggregate: Aggregate) -> None:
        self.aggregate = aggregate
        self.before = self.worst = self.after = aggregate.used
        self.gone = self.came = 0

    def arrive(self, size: int) -> None:
        """A volume comes."""
        self.came += 1
        self.after += size
        self.worst += size

    def leave(self, size: int) -> None:
        """A volume goes; the worst moment is before that, because nobody knows how long a move takes."""
        self.gone += 1
        self.after -= size


class Plan:
    """The plan. `highest` and what ends in `_bound` are shares of aggregates, numbers of moves, and seconds."""

    def __init__(self) -> None:
        self.moves: list[Move] = []
        self.joined: list[Volume] = []
        self.settled: list[Volume] = []
        self.skipped: list[Volume] = []
        self.unplaced: list[Unplaced] = []
        self.loads: dict[str, Load] = {}
        self.waves = 0
        self.seconds = self.seconds_bound = 0.0
        self.highest = self.highest_bound = 0.0
        self.far_bound = 0


class Planner:
    """Makes one plan: of the volumes that are to be moved, with the moves of other volumes that are under way."""

    def __init__(self, volumes: list[Volume], aggregates: list[Aggregate], wishes: Wishes, others: list[Volume]) -> None:
        self._volumes = sorted(volumes, key=lambda volume: volume.key)
        self._others = sorted((one for one in others if one.moving), key=lambda volume: volume.key)
        self._aggregates = {one.name: one for one in sorted(aggregates, key=lambda one: (one.name, one.uuid))}
        self._wishes = wishes
        self._reasons: dict[tuple[str, ...], dict[str, str]] = {}
        self.plan = Plan()
        self.plan.loads = {name: Load(one) for name, one in self._aggregates.items()}

    def make(self) -> Plan:
        """Sort out what is not to be moved, find places for the rest, and times."""
        movable = [volume for volume in self._volumes if self._is_to_move(volume)]
        under_way = [*self.plan.joined, *self._others]
        for volume in under_way:
            if volume.moving and volume.moving.destination in self.plan.loads:
                self.plan.loads[volume.moving.destination].arrive(volume.arriving())
        for volume in self.plan.joined:
            self.plan.loads[volume.source].leave(volume.frees)
        self._place(movable)
        self._time(under_way)
        return self.plan

    # -- what is to be moved -----------------------------------------------------------------------------------------------

    def _is_to_move(self, volume: Volume) -> bool:
        plan, wishes = self.plan, self._wishes
        if volume.uuid in wishes.skips:
            plan.skipped.append(volume)
        elif volume.source not in self._aggregates:
            plan.unplaced.append(
                Unplaced(volume, NOT_MOVABLE, f"It is on {volume.source}, which is none of the aggregates that are known.")
            )
        elif volume.moving:
            self._join(volume)
        elif volume.source not in wishes.emptied and volume.source in wishes.open_to(volume):
            plan.settled.append(volume)
        elif volume.obstacle or (volume.root and not wishes.roots):
            why = volume.obstacle or "is the root volume of its SVM, which svm_roots leaves where it is"
            plan.unplaced.append(Unplaced(volume, NOT_MOVABLE, f"It {why}."))
        else:
            return True
        return False

    def _join(self, volume: Volume) -> None:
        """A move to a place that would do is kept; any other one is for the user to judge."""
        goal = volume.moving.destination if volume.moving else ""
        if goal in self._wishes.open_to(volume) and goal not in self._wishes.emptied:
            self.plan.joined.append(volume)
            return
        state = volume.moving.state if volume.moving else ""
        why = "it is pinned to another aggregate" if volume.uuid in self._wishes.pins else "that is none of the destinations here"
        reason = f"It is being moved to {goal} already ({state}), and {why}. Wait for the end of that move, or abort it."
        self.plan.unplaced.append(Unplaced(volume, MOVING, reason))

    # -- where it goes -----------------------------------------------------------------------------------------------------

    def _objections(self, volume: Volume) -> dict[str, str]:
        """By name of an aggregate that the volume is not to go to: why. The same for all volumes that are alike."""
        wishes = self._wishes
        sign = (volume.source, volume.svm, volume.encryption, wishes.pins.get(volume.uuid, ""))
        if sign not in self._reasons:
            source = self._aggregates[volume.source]
            places = {name: self._aggregates[name] for name in sorted(wishes.open_to(volume))}
            self._reasons[sign] = {name: why_not(volume, source, one, wishes) for name, one in places.items()}
        return self._reasons[sign]

    def _place(self, movable: list[Volume]) -> None:
        """Find places, and note the moves without times."""
        plan, wishes = self.plan, self._wishes
        open_to = [[name for name, why in self._objections(volume).items() if not why] for volume in movable]
        names = sorted({name for found in open_to for name in found})
        number = {name: at for at, name in enumerate(names)}
        boxes = []
        for name in names:
            used = plan.loads[name].worst
            boxes.append(Box(self._aggregates[name].size, used, wishes.ceiling(self._aggregates[name]) - used))
        pieces = [self._piece(volume, found, number) for volume, found in zip(movable, open_to)]
        packing = place([piece if self._stays_near(volume) else piece.careless() for volume, piece in zip(movable, pieces)], boxes)
        for volume, box in zip(movable, packing.where):
            if box != OUT:
                source, destination = self._aggregates[volume.source], self._aggregates[names[box]]
                plan.moves.append(Move(volume, source, destination, Job(source.node, destination.node, volume.bytes)))
                plan.loads[volume.source].leave(volume.frees)
                plan.loads[names[box]].arrive(volume.space)
        for volume, found, box in zip(movable, open_to, packing.where):
            if box == OUT:
                plan.unplaced.append(self._explain(volume, found))
        plan.unplaced.sort(key=lambda one: one.volume.key)
        self._judge(packing, pieces)

    def _piece(self, volume: Volume, found: list[str], number: dict[str, int]) -> Piece:
        """A volume with mapped LUNs is at home in its HA pair."""
        near = None
        if volume.mapped:
            pair = self._aggregates[volume.source].pair
            near = frozenset(number[name] for name in found if self._aggregates[name].pair == pair)
        return Piece(volume.space, frozenset(number[name] for name in found), near)

    def _stays_near(self, volume: Volume) -> bool:
        """Whether its paths matter for the choice: not when the user has said otherwise."""
        return self._wishes.affinity == ANY and volume.uuid not in self._wishes.pins

    def _judge(self, packing: Packing, pieces: list[Piece]) -> None:
        """How good the plan is, and how good any plan for what was placed could be."""
        placed = [piece for piece, box in zip(pieces, packing.where) if box != OUT]
        open_to = [at for at, box in enumerate(packing.boxes) if box.room > 0]
        self.plan.highest = max((packing.share(at) for at in open_to), default=0.0)
        self.plan.highest_bound = highest_bound([packing.boxes[at] for at in open_to], sum(piece.size for piece in placed))
        self.plan.far_bound = far_bound(placed, packing.boxes)

    def _explain(self, volume: Volume, found: list[str]) -> Unplaced:
        pinned = volume.uuid in self._wishes.pins
        if not found:
            return Unplaced(volume, NO_PLACE, self._closed(volume, pinned))
        room = {name: self._wishes.ceiling(self._aggregates[name]) - self.plan.loads[name].worst for name in found}
        best = max(found, key=lambda name: (room[name], name))
        missing = volume.space - room[best]
        what = f"its pin, {best}," if pinned else f"{best}, the roomiest of {len(found)} aggregates that may take it,"
        left = f"has {shown(room[best])} left below its ceiling" if room[best] > 0 else "is at its ceiling"
        reason = f"It takes {shown(volume.space)}; {what} {left}: {shown(missing)} are missing."
        return Unplaced(volume, NO_ROOM, reason, missing)

    def _closed(self, volume: Volume, pinned: bool) -> str:
        """Why no aggregate may take a volume: each reason once, with the aggregates that it holds for."""
        names: dict[str, list[str]] = defaultdict(list)
        for name, why in self._objections(volume).items():
            names[why].append(name)
        if not names:
            return "There is no aggregate that it could go to."
        reasons = "; ".join(f"{', '.join(found)} {why}" for why, found in names.items())
        return f"It is pinned, and {reasons}." if pinned else f"No aggregate may take it: {reasons}."

    # -- when --------------------------------------------------------------------------------------------------------------

    def _time(self, under_way: list[Volume]) -> None:
        """Put the moves in order, and give them waves and times; what is under way has slots already."""
        plan, wishes = self.plan, self._wishes
        ways = {LISTED: 0, SMALLEST: 1}
        sign = ways.get(wishes.order, -1)
        plan.moves.sort(key=lambda move: (sign * move.volume.bytes, move.volume.key))
        running = [self._running(volume) for volume in under_way if volume.moving and not volume.moving.waits]
        jobs = [move.job for move in plan.moves]
        slots = Slots(wishes.per_node, wishes.in_all)
        plan.waves = waves(jobs, running, slots) if jobs else 0
        plan.seconds = timetable(jobs, running, slots, wishes.rate)
        plan.seconds_bound = time_bound([*jobs, *running], wishes.rate)
        order = {id(move): at for at, move in enumerate(plan.moves)}
        plan.moves.sort(key=lambda move: (move.job.wave, order[id(move)]))

    def _running(self, volume: Volume) -> Job:
        """A move that is under way. Where its destination is not known here, only its source's node counts."""
        source = self._aggregates.get(volume.source)
        goal = self._aggregates.get(volume.moving.destination) if volume.moving else None
        nodes = [one.node for one in (source, goal) if one] or [""]
        return Job(nodes[0], nodes[-1], volume.to_copy())


def plan_moves(volumes: list[Volume], aggregates: list[Aggregate], wishes: Wishes, others: list[Volume] | None = None) -> Plan:
    """The plan for these volumes. All aggregates of the cluster are given; `others` are volumes that are being moved anyway."""
    return Planner(volumes, aggregates, wishes, others or []).make()
