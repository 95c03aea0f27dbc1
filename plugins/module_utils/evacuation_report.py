# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan of moves in playbook words. Pure."""

from __future__ import annotations

import math
from typing import Any

from .evacuation import MOVING, Load, Move, Plan
from .evacuation_rules import Volume, Wishes, shown


def report(plan: Plan, wishes: Wishes) -> dict[str, Any]:
    """The result of the module."""
    return {
        "moves": [_move(one) for one in plan.moves],
        "joined": [_joined(one, wishes) for one in plan.joined],
        "settled": [_named(one) for one in plan.settled],
        "staying": [_named(one) for one in plan.skipped],
        "unplaced": [
            {**_named(one.volume), "space": one.volume.space, "cause": one.cause, "reason": one.reason, "missing": one.missing}
            for one in plan.unplaced
        ],
        "aggregates": [_load(one, wishes) for one in plan.loads.values() if _concerned(one, wishes)],
        "totals": _totals(plan),
        "complete": not plan.unplaced,
        "message": sentence(plan),
    }


def _named(volume: Volume) -> dict[str, Any]:
    return {"svm": volume.svm, "volume": volume.name, "uuid": volume.uuid, "source": volume.source}


def _move(move: Move) -> dict[str, Any]:
    volume, job = move.volume, move.job
    return {
        **_named(volume),
        "destination": move.destination.name,
        "space": volume.space,
        "bytes": volume.bytes,
        "mapped_luns": volume.mapped,
        "changes_paths": move.changes_paths,
        "wave": job.wave,
        "start": round(job.start),
        "seconds": math.ceil(job.end - job.start),
    }


def _joined(volume: Volume, wishes: Wishes) -> dict[str, Any]:
    moving = volume.moving
    found = {**_named(volume), "destination": None, "state": None, "percent": None, "space": volume.space, "seconds": None}
    if moving:
        seconds = None if moving.waits else math.ceil(volume.to_copy() / wishes.rate)
        found.update(destination=moving.destination, state=moving.state, percent=moving.percent, seconds=seconds)
    return found


def _concerned(load: Load, wishes: Wishes) -> bool:
    return bool(load.gone or load.came or load.aggregate.name in wishes.candidates | wishes.emptied)


def _load(load: Load, wishes: Wishes) -> dict[str, Any]:
    one = load.aggregate
    return {
        "name": one.name,
        "node": one.node,
        "emptied": one.name in wishes.emptied,
        "candidate": one.name in wishes.candidates and not one.barred,
        "barred": one.barred or None,
        "size": one.size,
        "ceiling": wishes.ceiling(one),
        "used_before": load.before,
        "used_worst": load.worst,
        "used_after": load.after,
        "percent_before": percent(load.before, one.size),
        "percent_worst": percent(load.worst, one.size),
        "percent_after": percent(load.after, one.size),
        "leaving": load.gone,
        "arriving": load.came,
    }


def percent(part: float, whole: int) -> float:
    """A share in percent, with one decimal."""
    return round(part * 100 / whole, 1)


def _totals(plan: Plan) -> dict[str, Any]:
    size = sum(one.volume.bytes for one in plan.moves)
    return {
        "volumes": len(plan.moves),
        "bytes": size,
        "bytes_bound": size + sum(one.volume.bytes for one in plan.unplaced if one.cause != MOVING),
        "space": sum(one.volume.space for one in plan.moves),
        "path_changes": sum(one.changes_paths for one in plan.moves),
        "path_changes_bound": plan.far_bound,
        "highest_percent": round(plan.highest * 100, 1),
        "highest_percent_bound": round(plan.highest_bound * 100, 1),
        "waves": plan.waves,
        "seconds": math.ceil(plan.seconds),
        "seconds_bound": math.ceil(plan.seconds_bound),
    }


def sentence(plan: Plan) -> str:
    """The plan in a few words, with what stands in the way."""
    parts = []
    if plan.moves:
        goals = len({one.destination.name for one in plan.moves})
        size = shown(sum(one.volume.bytes for one in plan.moves))
        parts.append(f"{len(plan.moves)} volume(s), {size}, go to {goals} aggregate(s) in about {_time(plan.seconds)}")
    for found, words in ((plan.joined, "on the way already"), (plan.settled, "where they are to be"), (plan.skipped, "skipped")):
        if found:
            parts.append(f"{len(found)} {words}")
    if plan.unplaced:
        first = plan.unplaced[0]
        parts.append(f"{len(plan.unplaced)} not placed, such as {first.volume.svm}:{first.volume.name}: {first.reason.rstrip('.')}")
    return "; ".join(parts) + "." if parts else "There is no volume to move."


def _time(seconds: float) -> str:
    minutes = math.ceil(seconds / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h {minutes % 60} min"
