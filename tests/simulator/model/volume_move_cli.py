# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""private/cli/volume/move: show, modify, start, abort and trigger-cutover, as the passthrough has them.

Sources: CLI manual, volume move (parameters, what show has without parameters, what an abort ignores), the vendor's Python SDK for the
ONTAPI, volume-move-info (columns, states healthy, warning, alert, done and failed, phases), vendor's Ansible collection (PATCH of start
with the volume in the query). Choices: the words of the details, and that every start is by way of a job.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..clock import duration, iso
from ..store import Row
from . import jobs, volume_move, volume_move_rules, volume_move_state
from .family import DONE, CliAction, CliCommand, Outcome
from .lun_rules import find_volume
from .refusal import Refusal
from .volume_move_state import setting
from .world import World

BOTH = ("vserver", "volume")
START: tuple[str, ...] = (*BOTH, "destination_aggregate", "cutover_window", "cutover_action", "cutover_attempts")
START += ("perform_validation_only", "encrypt_destination", "encrypt_with_aggr_key", "tiering_policy")
ON = ("true", "yes", "on", "1")
OFF = ("false", "no", "off", "0")

PHASES = {
    "queued": ("healthy", "queued"),
    "replicating": ("healthy", "replicating"),
    "held": ("alert", "cutover_hard_deferred"),
    "deferred": ("alert", "cutover_hard_deferred"),
    "waiting": ("warning", "cutover_soft_deferred"),
    "cutover": ("healthy", "cutover"),
    "paused": ("healthy", "paused"),
    "cleanup": ("warning", "cleaning_up"),
    "success": ("done", "completed"),
    "failed": ("failed", "failed"),
    "aborted": ("failed", "failed"),
}
"""State and phase of a move. Source: volume-move-info; paused, and the state of a move that waits for its trigger, are choices."""

MOVEMENTS = {"cutover_wait": "held", "cutover_pending": "held"}
"""What a movement of a scenario does, where the words differ."""


def _on(body: Row, name: str) -> bool | None:
    """A parameter that is true or false; None when it is not given."""
    if name not in body:
        return None
    text = str(body[name]).lower()
    if text not in (*ON, *OFF):
        raise Refusal(400, "262247", f'Invalid value "{body[name]}" for field "{name}".', name)
    return text in ON


def _whole(body: Row, name: str, default: int) -> int:
    text = str(body.get(name, default))
    if not text.isdigit():
        raise Refusal(400, "262247", f'Invalid value "{text}" for field "{name}".', name)
    return int(text)


def _action(body: Row, default: str) -> str:
    value = str(body.get("cutover_action", default))
    if value not in volume_move_rules.ACTIONS:
        raise Refusal(400, "262247", f'Invalid value "{value}" for field "cutover_action".', "cutover_action")
    return value


def chosen(world: World, body: Row) -> Row:
    """The volume that vserver and volume name."""
    for name in BOTH:
        if not body.get(name):
            raise Refusal(400, "262245", f'The field "{name}" is required.', name)
    svm = world.store.find("svms", name=body["vserver"])
    if svm is None:
        raise Refusal(400, "2621462", f'SVM "{body["vserver"]}" does not exist.', "vserver")
    row = find_volume(world, svm["uuid"], str(body["volume"]))
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist", "volume")
    return row


def _moving(world: World, body: Row) -> Row:
    """The volume, whose move is under way."""
    row = chosen(world, body)
    volume_move.adopt(world, row)
    if not volume_move_state.under_way(row):
        # Source for the code: an entry that is not there; the words are a choice.
        raise Refusal(404, "4", f'There is no move of volume "{row["name"]}" in progress.', "volume")
    return row


def start(world: World, body: Row) -> Outcome:
    """volume move start."""
    row = chosen(world, body)
    if not body.get("destination_aggregate"):
        raise Refusal(400, "262245", 'The field "destination_aggregate" is required.', "destination_aggregate")
    action = _action(body, volume_move_rules.DEFAULT_ACTION)
    keep = _on(body, "encrypt_with_aggr_key")
    encrypt = _on(body, "encrypt_destination")
    wanted: Row = {
        "aggregate": {"name": str(body["destination_aggregate"])},
        "hold": action == "wait",
        "action": action,
        "window": _whole(body, "cutover_window", volume_move_rules.WINDOW),
        "attempts": max(1, _whole(body, "cutover_attempts", int(setting(world, "move_attempts")))),
        "tiering": str(body["tiering_policy"]).replace("-", "_") if body.get("tiering_policy") else None,
        "optimized": None,
        "encrypt": keep if encrypt is None else encrypt,
    }
    volume_move_rules.check(world, row, wanted)
    work = "validate" if _on(body, "perform_validation_only") else "begin"
    title = f'Move "{row["name"]}" in Vserver "{row["svm"]["name"]}" to aggregate "{wanted["aggregate"]["name"]}"'
    data: dict[str, Any] = {"volume": row["uuid"], "wanted": wanted}
    job = jobs.start(world, title, float(setting(world, "move_job")), f"volume_move.{work}", **data)
    return Outcome(job=job, output=f"Job is queued: {title}.")


def abort(world: World, body: Row) -> Outcome:
    """volume move abort: returns at once."""
    volume_move.abort(world, _moving(world, body))
    return DONE


def trigger(world: World, body: Row) -> Outcome:
    """volume move trigger-cutover."""
    volume_move.trigger(world, _moving(world, body), bool(_on(body, "force")))
    return DONE


class MoveCommand(CliCommand):
    """volume move: show, modify, start, abort, trigger-cutover."""

    path = "volume/move"
    keys = BOTH
    columns = (
        *BOTH,
        "state",
        "phase",
        "percent_complete",
        "source_aggregate",
        "destination_aggregate",
        "source_node",
        "destination_node",
        "bytes_sent",
        "bytes_remaining",
        "replication_throughput",
        "start_timestamp",
        "actual_duration",
        "estimated_remaining_duration",
        "estimated_completion_time",
        "actual_completion_timestamp",
        "details",
        "cutover_action",
        "cutover_window",
        "cutover_attempts",
        "cutover_attempted_count",
        "prior_issues",
        "completion_status",
        "volume_instance_uuid",
    )
    writable = ("cutover_action", "cutover_window", "cutover_attempts")

    def rows(self, world: World) -> Iterable[Row]:
        """A row for every volume that is or was moved."""
        for volume in world.store.table("volumes").values():
            if "movement" in volume:
                yield self._row(world, volume)

    def listed(self, row: Row) -> bool:
        """Source: CLI manual, volume move show: without parameters, what runs and what has failed."""
        return bool(row["phase"] != "completed")

    def _row(self, world: World, volume: Row) -> Row:
        movement, move = volume_move_state.shown(world, volume), volume_move_state.facts(volume)
        doing = str(move["phase"] if move else MOVEMENTS.get(movement["state"], movement["state"]))
        state, phase = PHASES[doing]
        row = {
            "vserver": volume["svm"]["name"],
            "volume": volume["name"],
            "state": "warning" if move and move["tried"] and state == "healthy" else state,
            "phase": phase,
            "percent_complete": movement.get("percent_complete", 0),
            "source_aggregate": (move["source"] if move else volume["aggregates"][0])["name"],
            "destination_aggregate": movement["destination_aggregate"]["name"],
            "cutover_window": movement.get("cutover_window", volume_move_rules.WINDOW),
            "start_timestamp": movement.get("start_time"),
            "volume_instance_uuid": volume["uuid"],
        }
        return {**row, **self._facts(world, volume, move)} if move else row

    @staticmethod
    def _facts(world: World, volume: Row, move: Row) -> Row:
        end = world.now() if move["ended"] is None else move["ended"]
        details = move["details"]
        if not details and volume_move_state.under_way(volume) and not volume_move_state.served(world, move):
            details = "Waiting for the aggregates of the move to be served."
        found: Row = {
            "bytes_sent": volume_move_state.sent(world, move),
            "details": details,
            "cutover_action": move["action"],
            "cutover_attempts": move["attempts"],
            "cutover_attempted_count": move["attempted"],
            "prior_issues": "\n".join(move["issues"]) or None,
            "actual_duration": duration(end - move["started"]),
        }
        for row, name in zip(volume_move_state.aggregates(world, move), ("source_node", "destination_node")):
            found[name] = row["node"]["name"]
        if move["ended"] is not None:
            status = {"success": "Successful", "aborted": "Aborted"}.get(move["phase"], "Failed")
            return {**found, "actual_completion_timestamp": iso(move["ended"]), "completion_status": status}
        left = volume_move_state.remaining(world, move)
        found["bytes_remaining"] = left
        if move["rate"]:
            seconds = left / move["rate"] + float(setting(world, "cutover_seconds"))
            found["replication_throughput"] = f"{move['rate'] / 1024**2:.2f}MB/s"
            found["estimated_remaining_duration"] = duration(seconds)
            found["estimated_completion_time"] = iso(world.now() + seconds)
        return found

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """volume move modify: counts from the next attempt to cut over."""
        volume = _moving(world, row)
        move = volume["sim"]["move"]
        window = _whole(body, "cutover_window", volume["movement"]["cutover_window"])
        volume_move_rules.check_window(window)
        attempts, action = _whole(body, "cutover_attempts", move["attempts"]), _action(body, move["action"])
        volume["movement"]["cutover_window"] = window
        move.update(attempts=max(1, attempts), action=action, hold=action == "wait" if "cutover_action" in body else move["hold"])
        return DONE

    def actions(self, world: World) -> dict[str, CliAction]:
        """start, abort and trigger-cutover; with PATCH the query says which volume (source: vendor's Ansible collection)."""
        methods = ("POST", "PATCH")
        return {
            "start": CliAction(methods, START, start),
            "abort": CliAction(methods, BOTH, abort),
            "trigger-cutover": CliAction(methods, (*BOTH, "force"), trigger),
        }
