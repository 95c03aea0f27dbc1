# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The timeline of a report: a lane for each node, aggregate, LIF and move, made of what readings of a runbook showed. No I/O.

Only what was seen is told. A state begins at the look that showed it; `after` is the last look that showed another one, so that the
moment of the change is between the two.
"""

from __future__ import annotations

from typing import Any

Entry = dict[str, Any]
State = dict[str, Any]

KINDS = {"node": "Nodes", "aggregate": "Aggregates", "lif": "LIFs", "move": "Volumes", "lun": "LUNs"}
"""The lanes, in the order of the report."""

GOOD, AWAY, BUSY, WAITING, BAD = "good", "away", "busy", "waiting", "bad"
"""What a state means for its lane."""

NODES = {"up": GOOD, "booting": BUSY, "taken_over": AWAY, "waiting_for_giveback": WAITING}
MOVES = {
    **dict.fromkeys(("success", "complete"), GOOD),
    **dict.fromkeys(("queued", "preparing", "replicating", "reverting"), BUSY),
    **dict.fromkeys(("cutover", "cutover_pending"), AWAY),
    **dict.fromkeys(("cutover_wait", "paused"), WAITING),
}
"""What the states of ONTAP mean; any other one is bad. Source: module_utils/states.py."""

DOING = {
    "takeover in_progress": ("is taking over", BUSY),
    "takeover in_takeover": ("serves both nodes", BUSY),
    "giveback in_progress": ("is giving back", BUSY),
}
"""What a node does with its partner's storage, in words; anything else is bad. What comes later counts."""

ENDED = ("success", "complete", "failed", "aborted")
CUTTING = ("cutover", "cutover_pending")
QUIET_NODES = 4
"""Where something happened to a node, all nodes of a cluster of up to so many are shown; of a larger one, only such nodes."""


def lanes(entries: list[Entry]) -> list[dict[str, Any]]:
    """The lanes of all things to which something happened, each with its states one after the other."""
    seen = _sightings(entries)
    order = list(KINDS)
    whole: list[dict[str, Any]] = [
        {"kind": kind, "name": name, "states": _states(kind, sights)}
        for (kind, name), sights in sorted(seen.items(), key=lambda one: (order.index(one[0][0]), one[0][1]))
    ]
    found = [lane for lane in whole if _worth(lane["kind"], lane["states"])]
    nodes = [lane for lane in whole if lane["kind"] == "node"]
    if len(nodes) <= QUIET_NODES and any(lane in found for lane in nodes):
        found = [*nodes, *(lane for lane in found if lane["kind"] != "node")]
    _excuse(found)
    return found


def _sightings(entries: list[Entry]) -> dict[tuple[str, str], list[Entry]]:
    """What was seen of each thing, in order. What a giveback says of an aggregate belongs to the aggregate."""
    seen: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        for thing in entry.get("things") or [] if entry["kind"] == "seen" else []:
            lane = "aggregate" if thing.get("thing") == "giveback" else str(thing.get("thing"))
            if lane in KINDS:
                seen.setdefault((lane, str(thing.get("name"))), []).append({**thing, "at": entry["at"]})
    return seen


def _states(kind: str, sights: list[Entry]) -> list[State]:
    states: list[State] = []
    known: Entry = {}
    for sight in sights:
        known = _merged(known, sight)
        if known.get("thing") == "giveback":
            continue  # of an aggregate that was not read itself
        text, meaning = _words(kind, known)
        state = {
            "begun": sight["at"],
            "ended": None,
            "text": text,
            "meaning": meaning,
            "place": known.get("place"),
            "raw": known.get("state"),
        }
        state["percent"] = known.get("percent") if isinstance(known.get("percent"), int) else None
        state["after"] = _number(sight.get("after"))
        _put(states, state)
    return states


def _put(states: list[State], state: State) -> None:
    """Add a state, or what is new of the one that lasts."""
    last = states[-1] if states else None
    if last and (last["text"], last["place"]) == (state["text"], state["place"]):
        last.update(percent=state["percent"], raw=state["raw"] or last["raw"])
        return
    if last:
        last["ended"] = state["begun"]
        # A thing that another task had looked at: it was in its last state when that was noted.
        state["after"] = max(state["after"] or 0.0, last["begun"])
    states.append(state)


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) else None


def _merged(known: Entry, sight: Entry) -> Entry:
    """What is known after a look. One that did not ask for all says nothing of the rest; a giveback tells only why it was not done."""
    if sight["thing"] != "giveback":
        same = known.get("place") == sight.get("place")
        kept = {name: known[name] for name in ("home", *(("state", "veto") if same else ())) if name in known}
        found = {**kept, **sight}
        return {**found, "veto": None} if found.get("place") == found.get("home") else found
    failed = str(sight.get("state", "")).startswith("failed")
    return {**(known or sight), "veto": (sight.get("why") or sight.get("state")) if failed else None}


def _words(kind: str, known: Entry) -> tuple[str, str]:
    """A state in a few words, and what it means."""
    state, place = str(known.get("state", "")), known.get("place")
    if kind == "node":
        return _node(state.replace("_", " "), NODES.get(state, BAD), str(known.get("doing") or ""))
    if kind in ("move", "lun"):
        to = f" to {known['to']}" if known.get("to") and state not in ENDED else ""
        return state.replace("_", " ") + to, MOVES.get(state, BAD)
    words = f"on {place}"
    home = place == known.get("home")
    if state not in ("", "online", "up"):
        return f"{words}, {state}", BAD
    if known.get("veto"):
        return f"{words}, giveback vetoed: {known['veto']}", BAD
    return words + ("" if home else f", home is {known.get('home')}"), GOOD if home else AWAY


def _node(state: str, meaning: str, doing: str) -> tuple[str, str]:
    if not doing:
        return state, meaning
    words, busy = DOING.get(doing.rpartition(", ")[2], (doing.replace("_", " "), BAD))
    return f"{state}, {words}", busy if meaning == GOOD else meaning


def _excuse(found: list[dict[str, Any]]) -> None:
    """A LIF that stays on a node that is out is down as it should be: SAN LIFs do not fail over, hosts use their other paths."""
    nodes = {lane["name"]: lane["states"] for lane in found if lane["kind"] == "node"}
    for lane in found:
        for state in lane["states"] if lane["kind"] == "lif" else []:
            until = state["ended"] or state["begun"]
            out = [one for one in nodes.get(state["place"], []) if one["raw"] != "up" and one["begun"] <= until]
            if state["meaning"] == BAD and any((one["ended"] or state["begun"]) >= state["begun"] for one in out):
                state.update(meaning=AWAY, text=f"{state['text']} with its node")


def _worth(kind: str, states: list[State]) -> bool:
    """Whether something happened to it."""
    if kind in ("move", "lun"):
        return any(state["raw"] not in ENDED for state in states)
    return len(states) > 1 or any(state["meaning"] != GOOD for state in states)


def pauses(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The moments at which hosts could notice something, as narrow as the looks allow: aggregates that changed hands, and cutovers."""
    told = []
    for lane in found:
        if lane["kind"] == "aggregate":
            told += [
                _handover(lane["name"], *pair) for pair in zip(lane["states"], lane["states"][1:]) if pair[0]["place"] != pair[1]["place"]
            ]
        elif lane["kind"] == "move":
            told += _cutovers(lane["name"], lane["states"])
    return sorted(told, key=lambda one: one["begun"])


def _window(what: str, name: str, text: str, begun: float, ended: float) -> dict[str, Any]:
    return {"what": what, "name": name, "text": text, "begun": begun, "ended": ended, "seconds": round(max(0.0, ended - begun), 1)}


def _handover(name: str, before: State, after: State) -> dict[str, Any]:
    text = f"from {before['place']} to {after['place']}"
    return _window("handover", name, text, after["after"] or before["begun"], after["begun"])


def _cutovers(name: str, states: list[State]) -> list[dict[str, Any]]:
    """Each cutover that was seen, from the last look before it to the first one behind it; or between which looks it must have been."""
    told = []
    for number, state in enumerate(states[1:], 1):
        before = states[number - 1]
        if state["raw"] in CUTTING and before["raw"] not in CUTTING:
            behind = next((one for one in states[number:] if one["raw"] not in CUTTING), None)
            if behind:
                told.append(_window("cutover", name, "seen cutting over", state["after"] or before["begun"], behind["begun"]))
        elif state["raw"] == "success" and before["raw"] not in (*CUTTING, *ENDED):
            told.append(_window("cutover", name, "cut over between two looks", state["after"] or before["begun"], state["begun"]))
    return told
