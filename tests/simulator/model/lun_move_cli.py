# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""private/cli/lun/move and lun/copy: show, modify, pause, resume and cancel, as the passthrough has them.

Sources: CLI manual, lun move and lun copy: parameters, statuses, throttle. Choices: columns beyond those that the manual names; cancel is
possible while the operation prepares, and leads back to the source at once (the public API has no cancel for a move). Not simulated: start
(the public API has it), promotion early or late, copies of snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..clock import duration
from ..store import Row
from . import lun_cli, lun_move, lun_restore, lun_transfer
from .family import DONE, CliAction, CliCommand, Outcome
from .refusal import Refusal
from .world import World

STATUS = {
    lun_transfer.PREPARING: "Preparing",
    lun_transfer.COPYING: "Data",
    lun_transfer.PAUSED: "Paused-Manual",
    lun_transfer.BROKEN: "Paused-Error",
    lun_transfer.COMPLETE: "Complete",
    lun_transfer.REVERTING: "Destroying",
    lun_transfer.FAILED: "Destroyed",
}
"""Source: CLI manual, lun move show, job-status."""

KEYS = ("vserver", "destination_path")


class TransferCommand(CliCommand):
    """lun move, or lun copy."""

    keys = KEYS
    columns = (
        *KEYS,
        "source_vserver",
        "source_path",
        "job_status",
        "progress_percent",
        "elapsed_time",
        "max_throughput",
        "is_snapshot_fenced",
        "last_failure_reason",
    )
    writable = ("max_throughput",)

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.path = f"lun/{kind}"

    def rows(self, world: World) -> Iterable[Row]:
        """A row for every operation that runs or is over for less than two minutes."""
        svms = {uuid: row["name"] for uuid, row in world.store.table("svms").items()}
        for lun in world.store.table("luns").values():
            move = lun_transfer.facts(lun)
            if move is None or move["kind"] != self.kind:
                continue
            now = lun_transfer.progress(world, move)
            origin = world.store.table("luns").get(move["source"]["uuid"], lun)
            yield {
                "vserver": lun["svm"]["name"],
                "destination_path": lun["movement"]["paths"]["destination"] if self.kind == "move" else lun["name"],
                "source_vserver": svms.get(origin["svm"]["uuid"]),
                "source_path": move["source"]["path"],
                "job_status": STATUS[move["state"]],
                "progress_percent": now["percent_complete"],
                "elapsed_time": duration(now["elapsed"]),
                "max_throughput": move["limit"] or 0,
                "is_snapshot_fenced": now["volume_snapshot_blocked"],
                "last_failure_reason": (move["failure"] or {}).get("message"),
            }

    def _found(self, world: World, body: Row) -> Row:
        lun = lun_cli.found_lun(world, {"vserver": body.get("vserver"), "path": body.get("destination_path")})
        move = lun_transfer.facts(lun)
        if move is None or move["kind"] != self.kind or not lun_transfer.under_way(lun):
            raise Refusal(404, "4", f'There is no {self.kind} to "{lun["name"]}" in progress.', "destination_path")
        return lun

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """Throttle an operation."""
        limit = lun_cli.size_of(0, body.get("max_throughput", row["max_throughput"]))
        lun_transfer.steer(world, self._found(world, row), self.kind, {"max_throughput": limit})
        return DONE

    def _state(self, world: World, body: Row, state: str) -> Outcome:
        lun_transfer.steer(world, self._found(world, body), self.kind, {"progress": {"state": state}})
        return DONE

    def _cancel(self, world: World, body: Row) -> Outcome:
        lun = self._found(world, body)
        if lun["sim"]["move"]["state"] != lun_transfer.PREPARING:
            text = f'The {self.kind} to "{lun["name"]}" cannot be cancelled any more: the LUN exists at its destination.'
            raise Refusal(400, "5374889", text, "destination_path")
        if self.kind == "copy":
            lun_transfer.cancel(world, lun)
            lun_restore.drop(world, [lun], True, f"the copy {lun['name']} was cancelled")
        else:
            lun_move.put_back(world, lun)
            lun_transfer.cancel(world, lun)
            lun.pop("movement")
        return DONE

    def actions(self, world: World) -> dict[str, CliAction]:
        """pause, resume, cancel."""
        methods = ("POST", "PATCH")
        return {
            "pause": CliAction(methods, KEYS, lambda world, body: self._state(world, body, lun_transfer.PAUSED)),
            "resume": CliAction(methods, KEYS, lambda world, body: self._state(world, body, lun_transfer.COPYING)),
            "cancel": CliAction(methods, KEYS, self._cancel),
        }
