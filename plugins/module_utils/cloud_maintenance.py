# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done next about the events that a cloud has announced for the nodes of a cluster: pure rules over what was read.

The rules know no past but the marks (cloud_marks.py), so a run that was killed is gone on with at any point. They never have a node taken
over by one that has an event of its own which has begun or comes too early, and touch no second node before the first one is healthy.
"""

from __future__ import annotations

from typing import Any

from . import ha
from .cloud_marks import BEGUN, BOTH, JOINED, NOBODY, NODE, PARTNER, TAKEN, Mark, auto_of
from .cloud_scene import ACT, CLUSTER, COMING, DOCUMENT, HELD, NOTED, TIME, WAITING, Finding, Node, Planned, Scene
from .scheduled_events import CVO

TAKEOVER, APPROVE, GIVEBACK, VERIFY = "takeover", "approve", "giveback", "verify"


def findings(scene: Scene) -> list[Finding]:
    """Everything about all pairs; at most one thing to do per pair."""
    found = _remarks(scene)
    done: set[str] = set()
    for name in sorted(scene.nodes):
        if name not in done:
            pair = [one for one in (scene.nodes[name], scene.nodes.get(scene.nodes[name].partner or "")) if one]
            done |= {one.name for one in pair}
            found += _of_pair(scene, pair)
    return found


def _remarks(scene: Scene) -> list[Finding]:
    """What is only to be known: events that a takeover does not help against, and events that were served."""
    found = []
    for one in scene.events:
        for name in one.nodes:
            mark = scene.nodes[name].mark
            if not one.event.supported:
                words = f"A takeover does not help against the {one.words} of {name}: see what Azure is about to do."
                found.append(Finding(NOTED, name, one.id, words))
            elif mark and not mark.open and mark.is_for(one.id):
                found.append(Finding(NOTED, name, one.id, f"The {one.words} of {name} was served already; it is announced once more."))
            elif not scene.due(one) and not scene.nodes[name].out:
                words = f"The {one.words} of {name} is served from {scene.terms.lead_seconds} s before that time."
                found.append(Finding(NOTED, name, one.id, words).by(TIME))
    return found


def _of_pair(scene: Scene, pair: list[Node]) -> list[Finding]:
    """What is under way comes first, one node at a time; then the event that begins first; everything else is held."""
    busy = [found for found in (_under_way(scene, node) for node in pair) if found]
    # A node that comes home, or has come home and is not proved healthy, goes before one that is out.
    busy.sort(key=lambda one: (one.kind != ACT or one.task is None or one.task["action"] != GIVEBACK, one.kind))
    asked = [(one, node) for node in pair for one in scene.to_serve(node)[:1] if node.name not in {found.node for found in busy}]
    wishes = [wish for wish in asked if scene.due(wish[0])]
    wishes.sort(key=lambda wish: (not wish[0].started, wish[0].begins(scene.now), wish[0].id))
    if busy:
        first = busy[0]
        later = [Finding(HELD, one.node, one.event, f"{first.node} comes first.") if one.kind == ACT else one for one in busy[1:]]
        return [first, *later, *[_held(one, node, f"until {first.node} is home and healthy") for one, node in wishes]]
    if not wishes:
        return []
    one, node = wishes[0]
    return [_begin(scene, one, node), *[_held(other, its, f"until {node.name} has been served") for other, its in wishes[1:]]]


def _held(one: Planned, node: Node, words: str, until: str = CLUSTER) -> Finding:
    return Finding(HELD, node.name, one.id, f"ON HOLD: the {one.words} of {node.name} is held: {words}.").by(until)


# -- what is under way -----------------------------------------------------------------------------------------------------


def _under_way(scene: Scene, node: Node) -> Finding | None:
    """A node that is out, on its way, or not done with; None when it serves its own storage and owes nothing."""
    mark, events = node.unfinished, scene.to_serve(node)
    if node.serviced and not mark and (node.out or node.storage in COMING):
        words = f"ON HOLD: {node.name} is out for a run of node_maintenance, which gives it back."
        return Finding(HELD if events else NOTED, node.name, None, words)
    if node.out:
        return _out(scene, node, mark, events)
    if node.storage in COMING:
        return _coming(scene, node, mark, events)
    if mark is None or mark.stage == BEGUN and scene.find(mark.event):
        return None
    current = scene.find(mark.event)
    if current:
        words = f"{node.name} serves its own storage again although the {current.words} is not over."
        return Finding(WAITING, node.name, current.id, f"{words} It is not taken over twice for one event; waiting for its end.").by(
            DOCUMENT
        )
    if node.storage == "down":
        return Finding(HELD, node.name, mark.event, f"{node.name} is down, and nobody serves its storage. {node.pair.summary()}")
    return _end(scene, node, mark)


def _out(scene: Scene, node: Node, mark: Mark | None, events: list[Planned]) -> Finding | None:
    """The partner serves the node's storage, or is about to."""
    if not events:
        if mark:
            return _end(scene, node, mark)
        if scene.terms.adopt:
            return _giveback(node, None, [GIVEBACK, VERIFY])
        words = f"{node.name} is {node.storage}, and neither an event nor a run of ours is the reason."
        return Finding(NOTED, node.name, None, f"{words} It is left alone; adopt gives it back.")
    mine = [one for one in events if mark and mark.is_for(one.id)]
    one = (mine or events)[0]
    if node.storage != "taken_over" or not mine or (mark and mark.stage == BEGUN):
        return _join(scene, one, node, mark)
    if scene.terms.approve and not one.started and one.id.lower() not in scene.terms.approved:
        return Finding(ACT, node.name, one.id, f"{node.name} is out: the {one.words} may begin.").doing(_task(APPROVE, one, node, mark))
    return Finding(WAITING, node.name, one.id, f"{node.name} is out; waiting for the end of the {one.words}.").by(DOCUMENT)


def _coming(scene: Scene, node: Node, mark: Mark | None, events: list[Planned]) -> Finding:
    """Somebody gives back, or has given back a part: we, Cloud Volumes ONTAP, the cluster itself, an operator."""
    over = mark is None or scene.find(mark.event) is None
    if node.storage == "partially_given_back" and (mark or scene.terms.adopt):
        return _giveback(node, mark, [GIVEBACK, VERIFY] if over else [GIVEBACK])
    if mark and over:
        return _giveback(node, mark, [GIVEBACK, VERIFY])
    kind = WAITING if node.storage == "giveback_in_progress" else HELD
    words = f"{node.name} is {node.storage}. {node.pair.summary()}"
    return Finding(kind if events or mark else NOTED, node.name, mark.event if mark else None, words)


def _end(scene: Scene, node: Node, mark: Mark) -> Finding:
    """The event of the mark is over, or was cancelled: the storage goes home, and the pair is proved healthy."""
    if scene.stale(mark):
        words = f"The document has incarnation {scene.incarnation}, and that which announced event {mark.event} had {mark.incarnation}."
        return Finding(HELD, node.name, mark.event, f"{words} So it is too old to tell that the event is over.").by(DOCUMENT)
    if scene.find(mark.event):
        return Finding(WAITING, node.name, mark.event, f"Event {mark.event} is not over, although {node.name} is not in it.").by(DOCUMENT)
    if not node.out:
        return _giveback(node, mark, [VERIFY])
    if mark.stage == JOINED:
        left = scene.terms.cvo_giveback_wait - scene.waited(f"giveback {node.name}")
        if left > 0:
            words = f"event {mark.event} is over; Cloud Volumes ONTAP has {left:.0f} s left to bring {node.name} back by itself"
            return Finding(WAITING, node.name, mark.event, words)
    return _giveback(node, mark, [GIVEBACK, VERIFY])


def _giveback(node: Node, mark: Mark | None, steps: list[str]) -> Finding:
    event = mark.event if mark else None
    words = f"{' and '.join(steps)} of {node.name}"
    return Finding(ACT, node.name, event, words).doing(_task(GIVEBACK, None, node, mark, steps=steps))


def _join(scene: Scene, one: Planned, node: Node, mark: Mark | None) -> Finding:
    """A takeover that is there, or under way, by anybody's hand: it is waited for and marked, never repeated."""
    ours = mark is not None and mark.is_for(one.id)
    by_cvo = not ours and one.event.handled_by(scene.terms.by_cvo) == CVO
    goes_on = Mark(JOINED if by_cvo else TAKEN, one.id, scene.incarnation, mark.auto if mark else NOBODY)
    whose = "ours" if ours else "Cloud Volumes ONTAP's" if by_cvo else "somebody else's"
    words = f"{node.name} is {node.storage}: {whose} takeover is joined for the {one.words}."
    return Finding(ACT, node.name, one.id, words).doing(_task(TAKEOVER, one, node, goes_on, joined=True))


# -- what begins -----------------------------------------------------------------------------------------------------------


def _begin(scene: Scene, one: Planned, node: Node) -> Finding:
    """A takeover for an event, unless something speaks against it."""
    reasons, until = _reasons(scene, one, node)
    if reasons:
        return _held(one, node, "; ".join(reasons), until)
    left = one.event.seconds_left(scene.now)
    patience = 0 if left is None else max(0, left - scene.terms.takeover_seconds)
    if one.event.handled_by(scene.terms.by_cvo) == CVO and not one.started:
        grace = min(scene.terms.cvo_grace, patience) - scene.waited(f"cvo {one.id}")
        if grace > 0:
            words = f"Cloud Volumes ONTAP has {grace:.0f} s left to take {node.name} over by itself for the {one.words}"
            return Finding(WAITING, node.name, one.id, words)
    late = one.started or (left is not None and left < scene.terms.takeover_seconds)
    words = f"{node.name} is taken over for the {one.words}."
    if late:
        time = "it has begun" if left is None else f"{left} s are left"
        words += f" This is LATE: {time}, and a takeover takes up to {scene.terms.takeover_seconds} s."
    begun = node.mark.auto if node.mark and node.mark.open else NOBODY
    mark = Mark(TAKEN, one.id, scene.incarnation, _auto(scene, node, begun))
    return Finding(ACT, node.name, one.id, words).doing(_task(TAKEOVER, one, node, mark, late=late, patience=patience))


def _auto(scene: Scene, node: Node, before: str) -> str:
    """Of whom automatic giveback is to be off while the node is out: now, or since a run that was killed."""
    if not scene.terms.keep_out:
        return before
    on = [bool((one or {}).get("ha", {}).get("auto_giveback")) for one in (node.pair.owner, node.pair.partner)]
    return auto_of(on[0] or before in (NODE, BOTH), on[1] or before in (PARTNER, BOTH))


def _reasons(scene: Scene, one: Planned, node: Node) -> tuple[list[str], str]:
    """Why the partner must not take the node over now, and where the end of that is read."""
    partner = scene.nodes.get(node.partner or "")
    if partner is None:
        return [f"{node.name} has no HA partner, so a takeover is not possible"], CLUSTER
    if partner.name in one.nodes:
        return [f"it is about both {node.name} and its partner {partner.name}, so that nobody is left who could serve"], DOCUMENT
    risky = [other for other in scene.of(partner.name) if _too_early(scene, one, other, partner)]
    if risky:
        words = [f"{partner.name}, which would have to serve, has a {other.words} of its own" for other in risky]
        if not any(other.started for other in risky) and not scene.terms.approve:
            words.append("an approval would let this event begin, and end, earlier")
        return words, DOCUMENT
    if node.serviced or partner.serviced:
        return [f"a run of node_maintenance has {node.name if node.serviced else partner.name} in hand"], CLUSTER
    reasons = ha.takeover_reasons(node.pair)
    if not reasons and node.storage != "home":
        reasons = [f"{node.name} is {node.storage}"]
    return reasons, CLUSTER


def _too_early(scene: Scene, one: Planned, other: Planned, partner: Node) -> bool:
    """Whether an event of the partner has begun, or begins before the node can be home again."""
    if partner.mark and not partner.mark.open and partner.mark.is_for(other.id):
        return False
    return other.started or other.begins(scene.now) < _over(scene, one)


def _over(scene: Scene, one: Planned) -> float:
    """When the node is home again, as far as can be foretold."""
    ready = scene.now + scene.terms.takeover_seconds
    begins = ready if scene.terms.approve else max(ready, one.begins(scene.now))
    return begins + max(scene.terms.event_seconds, one.event.duration or 0) + scene.terms.giveback_seconds


def _task(action: str, one: Planned | None, node: Node, mark: Mark | None, **more: Any) -> dict[str, Any]:
    """What the role is to do. `mark` is the one to set when it has been done."""
    usual = {"joined": False, "steps": [action], "late": False, "patience": 0}
    return {"action": action, "event": one, "node": node, "mark": mark, **usual, **more}
