# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What speaks against servicing a node, and which steps are left: pure rules over what was read.

A run leaves a mark on the cluster before it takes a node over, and changes it when the site's own work is done. So a later
run knows a takeover that was begun here from a stranger's, and where to go on.
"""

from __future__ import annotations

from typing import Any

from . import ha
from .client import dig
from .ha import Pair
from .smb_outlook import CHECK, REMEDY, Outlook

MARK = "ndo_maintenance_"
"""The key of the mark is this and the node's name; its value is one of the next two."""
MARK_TAKEOVER = "takeover"
MARK_SERVICED = "serviced"
MARK_SINCE = "9.13.1"
"""Tags of the cluster exist since this release. Source: SDK schemas, cluster._tags."""

TAKEOVER, SERVICE, GIVEBACK, VERIFY = "takeover", "service", "giveback", "verify"
CUTOVER = "volume_cutover"
"""The check of moves that are cutting over."""
CUTTING_OVER = ("cutover", "cutover_pending")
MOVING = ("queued", "replicating", "cutover_wait", "paused", *CUTTING_OVER)
"""States of volume.movement that are not an end. Source: API reference."""


def objection(check: str, detail: str, remedy: str) -> dict[str, str]:
    """One reason not to begin, with the way out."""
    return {"check": check, "detail": detail, "remedy": remedy}


def mark_of(tags: list[str] | None, node: str) -> str | None:
    """The value of our mark for a node among the cluster's tags, or None."""
    key = f"{MARK}{node}:"
    return next((tag[len(key) :] for tag in tags or [] if tag.startswith(key)), None)


def is_under_way(storage: str) -> bool:
    """Whether a takeover of the node has begun and has not been undone."""
    return storage in ("takeover_in_progress", "taken_over", "giveback_in_progress", "partially_given_back")


def steps_left(storage: str, mark: str | None) -> list[str]:
    """What remains to be done, by where the storage is and what the mark says."""
    if storage in ("giveback_in_progress", "partially_given_back") or mark == MARK_SERVICED:
        return [GIVEBACK, VERIFY]
    return [TAKEOVER, SERVICE, GIVEBACK, VERIFY]


def ha_objections(pair: Pair, storage: str, mark: str | None, adopt: bool) -> list[dict[str, str]]:
    """Whether the pair lets us begin, or go on with what was begun."""
    if pair.partner is None:
        return [objection("ha_ready", f"{pair.name} has no HA partner.", "Servicing it is an outage; this runbook does not do that.")]
    if is_under_way(storage):
        if mark is not None or adopt:
            return []
        remedy = "Find out who did it. To go on with it as if it were ours, say so (adopt)."
        return [objection("takeover", f"{pair.name} is in the state {storage}, and not by a run of ours. {pair.summary()}", remedy)]
    if mark == MARK_SERVICED:
        # No takeover is left to be done; whether the pair has recovered is for the verification to say.
        return []
    reasons = ha.takeover_reasons(pair)
    if pair.state != "up":
        reasons.insert(0, f"{pair.name} itself is {pair.state}")
    return [objection("ha_ready", f"{pair.partner_name} cannot take {pair.name} over: {reason}.", "See ha_info.") for reason in reasons]


def smb_objections(outlook: Outlook) -> list[dict[str, str]]:
    """One objection for all SMB sessions that would be lost and must not be; it says each moment at which they are."""
    return [] if outlook.safe else [objection(CHECK, outlook.sentence(), REMEDY)]


def smb_given_up(outlook: Outlook) -> list[dict[str, str]]:
    """The SMB sessions that may be lost, which stops nobody."""
    return [objection(CHECK, outlook.given_up(), "")] if outlook.allowed else []


def places(volume: dict[str, Any]) -> set[str]:
    """The aggregates that the move of a volume touches."""
    found = {aggregate.get("name") for aggregate in volume.get("aggregates") or []} | {dig(volume, "movement.destination_aggregate.name")}
    return {name for name in found if name}


def cutting_over(volumes: list[dict[str, Any]]) -> list[str]:
    """Those of the moving volumes whose move is cutting over, by name."""
    return sorted(f"{dig(one, 'svm.name')}:{one['name']}" for one in volumes if dig(one, "movement.state") in CUTTING_OVER)


def move_objections(volumes: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Volume moves from or to the pair's aggregates: a takeover during a cutover disrupts the hosts."""
    found = []
    for volume in volumes:
        state = dig(volume, "movement.state")
        cutting = state in CUTTING_OVER
        what = "is cutting over" if cutting else f"is in the state {state}"
        remedy = "Wait until it is done (wait_for_cutovers)." if cutting else "Wait, abort it, or accept it (ignore volume_moves)."
        check = CUTOVER if cutting else "volume_moves"
        found.append(objection(check, f"The move of volume {dig(volume, 'svm.name')}:{volume['name']} {what}.", remedy))
    return found


def health_objections(problems: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The critical problems of a health check, as objections; checks that other rules here cover are left to them."""
    covered = ("ha_ready", CHECK, "volume_moves")
    return [
        objection(str(one.get("check")), str(one.get("detail")), str(one.get("remedy") or ""))
        for one in problems
        if one.get("severity") == "critical" and one.get("check") not in covered
    ]


def message(node: str, objections: list[dict[str, str]], steps: list[str]) -> str:
    """The result in a sentence, with every objection and its way out."""
    if not objections and SERVICE not in steps:
        return f"An earlier run on {node} is finished: {', '.join(steps)}. To service the node again, run once more after this."
    if not objections:
        return f"Nothing speaks against servicing {node}. Steps: {', '.join(steps)}."
    lines = [f"{number}. {one['detail']} {one['remedy']}" for number, one in enumerate(objections, 1)]
    return f"{node} is not serviced, nothing was changed. {' '.join(lines)}"
