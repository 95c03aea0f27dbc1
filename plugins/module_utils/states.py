# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table per object: what a raw state means to somebody who waits for it.

A state that no table lists raises UnknownState: a release that invents a new word must stop a run with a clear
sentence, not make it loop or, worse, count as success.
"""

from __future__ import annotations

from .errors import UnknownState

RUNNING, DONE, FAILED, WAITING, UNKNOWN = "running", "done", "failed", "waiting", "unknown"

JOB = {"queued": WAITING, "running": RUNNING, "paused": WAITING, "success": DONE, "failure": FAILED}
"""Source: API reference, job.state. Only success is success; a paused job goes on one day."""

TAKEOVER = {"not_attempted": WAITING, "not_possible": FAILED, "in_progress": RUNNING, "in_takeover": DONE, "failed": FAILED}
"""ha.takeover.state of the node that takes over. Source: API reference, node.ha.takeover.state."""

GIVEBACK = {"nothing_to_giveback": DONE, "not_attempted": WAITING, "in_progress": RUNNING, "failed": FAILED}
"""ha.giveback.state of the node that gives back. Source: API reference, node.ha.giveback.state."""

NODE = {
    "up": DONE,
    "booting": RUNNING,
    "down": RUNNING,
    "taken_over": RUNNING,
    "waiting_for_giveback": WAITING,
    "degraded": FAILED,
    "unknown": UNKNOWN,
}
"""node.state, seen from somebody who waits for a node to be up again. Source: API reference, node.state."""

MOVEMENT = {
    "queued": WAITING,
    "replicating": RUNNING,
    "cutover": RUNNING,
    "cutover_wait": WAITING,
    "cutover_pending": RUNNING,
    "paused": WAITING,
    "success": DONE,
    "aborted": FAILED,
    "failed": FAILED,
}
"""volume.movement.state. Source: API reference, volume.movement.state."""

LUN_TRANSFER = {
    "preparing": RUNNING,
    "replicating": RUNNING,
    "paused": WAITING,
    "paused_error": FAILED,
    "reverting": RUNNING,
    "complete": DONE,
    "failed": FAILED,
}
"""lun.movement.progress.state and lun.copy.source.progress.state. Source: API reference, lun; paused_error waits for a person."""

AGGREGATE = {
    "online": DONE,
    "onlining": RUNNING,
    "relocating": RUNNING,
    "offlining": RUNNING,
    "offline": FAILED,
    "unmounted": FAILED,
    "restricted": FAILED,
    "inconsistent": FAILED,
    "failed": FAILED,
    "unknown": UNKNOWN,
}
"""aggregate.state, seen from somebody who needs it online. Source: API reference, aggregate.state."""


def meaning(table: dict[str, str], raw: str | None, what: str) -> str:
    """What a raw state means; `what` names the object in the error of an unknown one."""
    if raw not in table:
        raise UnknownState(
            f"{what} reports the state {raw!r}, which this release of ndo.ontap does not know.",
            hint="Nothing was assumed about it. Look at the object on the cluster, and report the state to the collection.",
            state=str(raw),
        )
    return table[raw]
