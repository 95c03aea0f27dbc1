# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health rules over the state of nodes, aggregates, LIFs, volumes and disks: from API records to problems, without a request."""

from __future__ import annotations

from typing import Any

from . import states
from .client import dig
from .ha import OUT
from .health_finding import CRITICAL, WARNING, Facts, problem
from .maintenance import CUTTING_OVER
from .version import of_record, show

TAKING_OVER = ("in_takeover", "in_progress")
GIVE_BACK = "Give its storage back with ndo.ontap.ha_giveback."
SUPPORT = "Look at the node's console or service processor, and at its EMS log."


def node_up(facts: Facts) -> list[dict[str, Any]]:
    """Every node is up. A state that is missing or new counts as not up."""
    remedies = {
        **dict.fromkeys(OUT, f"Its partner serves its storage. {GIVE_BACK}"),
        "booting": "Wait until it has booted.",
    }
    return [
        problem(
            "node_up",
            node["name"],
            f"Node {node['name']} is {node.get('state') or 'unknown'}.",
            remedies.get(str(node.get("state")), SUPPORT),
        )
        for node in facts.inside()
        if node.get("state") != "up"
    ]


def ha_ready(facts: Facts) -> list[dict[str, Any]]:
    """Every node could take its partner over now, and holds nothing that has to be given back."""
    return [finding for node in facts.inside() for finding in _ha_of(node, facts.nodes)]


def _ha_of(node: dict[str, Any], nodes: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    name, partner = node["name"], dig((dig(node, "ha.partners") or [{}])[0], "name")
    if partner is None:
        return [problem("ha_ready", name, f"Node {name} has no HA partner.", "No work on it is non-disruptive.", WARNING)]
    if not dig(node, "ha.enabled"):
        return [
            problem(
                "ha_ready",
                name,
                f"Storage failover is disabled on {name}.",
                f"Enable it: storage failover modify -node {name} -enabled true.",
            )
        ]
    takeover, giveback = dig(node, "ha.takeover") or {}, dig(node, "ha.giveback") or {}
    if takeover.get("state") in TAKING_OVER:
        doing = "has taken over" if takeover["state"] == "in_takeover" else "is taking over"
        return [problem("ha_ready", name, f"{name} {doing} {partner}.", f"Give {partner} its storage back with ndo.ontap.ha_giveback.")]
    if dig(nodes.get(partner) or {}, "ha.takeover.state") in TAKING_OVER:
        # That this node cannot take its partner over is no problem of its own; the partner's finding says it all.
        return []
    found = []
    if takeover.get("state") not in (None, "not_attempted"):
        detail = f"{name} cannot take {partner} over: {_words(takeover)}."
        found.append(problem("ha_ready", f"{name} takeover", detail, f"See storage failover show -node {name}."))
    if giveback.get("state") not in (None, "nothing_to_giveback"):
        detail = f"{name} still holds storage of {partner}; its giveback says: {_words(giveback)}."
        remedy = f"Finish it with ndo.ontap.ha_giveback of {partner}."
        found.append(problem("ha_ready", f"{name} giveback", detail, remedy))
    return found


def _words(operation: dict[str, Any]) -> str:
    failure = operation.get("failure") or {}
    words = str(failure.get("message") or "").rstrip(".")
    code = f" (code {failure['code']})" if "code" in failure else ""
    return words + code if words else str(operation.get("state"))


def interconnect(facts: Facts) -> list[dict[str, Any]]:
    """The HA interconnect is up, as far as the release tells (ONTAP 9.11.1 and later)."""
    return [
        problem(
            "interconnect", node["name"], f"The HA interconnect of {node['name']} is {state}.", "Check its cables, ports and the partner."
        )
        for node in facts.inside()
        for state in [dig(node, "ha.interconnect.state")]
        if state not in (None, "up")
    ]


def versions_equal(facts: Facts) -> list[dict[str, Any]]:
    """All nodes of the cluster run one ONTAP release."""
    releases: dict[str, list[str]] = {}
    for name, node in sorted(facts.nodes.items()):
        if node.get("version"):
            releases.setdefault(show(of_record(node["version"])), []).append(name)
    if len(releases) < 2:
        return []
    detail = "; ".join(f"{release} on {', '.join(names)}" for release, names in sorted(releases.items()))
    return [problem("versions_equal", "cluster", f"The nodes run different ONTAP releases: {detail}.", "Finish the upgrade.", WARNING)]


def aggregates_online(facts: Facts) -> list[dict[str, Any]]:
    """Every aggregate is online; one that is on its way somewhere is a warning."""
    found = []
    for one in facts.found["aggregates"]:
        meaning = states.AGGREGATE.get(one.get("state") or "", states.UNKNOWN)
        if meaning != states.DONE:
            severity = WARNING if meaning == states.RUNNING else CRITICAL
            remedy = "Wait until it is online." if severity == WARNING else "See storage aggregate show, and its disks."
            detail = f"Aggregate {one['name']} is {one.get('state') or 'unknown'}."
            found.append(problem("aggregates_online", one["name"], detail, remedy, severity))
    return found


def aggregates_home(facts: Facts) -> list[dict[str, Any]]:
    """Every aggregate is on its home node."""
    return [
        problem(
            "aggregates_home",
            one["name"],
            f"Aggregate {one['name']} of {dig(one, 'home_node.name')} is on {dig(one, 'node.name')}.",
            f"Give {dig(one, 'home_node.name')} its storage back with ndo.ontap.ha_giveback, or relocate the aggregate.",
        )
        for one in facts.found["aggregates"]
        if dig(one, "node.name") != dig(one, "home_node.name")
    ]


def lif_name(lif: dict[str, Any]) -> str:
    """A LIF's name, with its SVM when it has one: names repeat between SVMs."""
    svm = dig(lif, "svm.name")
    return f"{svm}:{lif['name']}" if svm else str(lif["name"])


def lifs_up(facts: Facts) -> list[dict[str, Any]]:
    """Every LIF that is enabled is up."""
    return [
        problem(
            "lifs_up",
            lif_name(lif),
            f"LIF {lif_name(lif)} on {dig(lif, 'location.node.name')} is enabled and {lif.get('state') or 'unknown'}.",
            _lif_remedy(dig(lif, "location.home_node.name"), facts),
        )
        for lif in facts.found["lifs"]
        if lif.get("enabled") and lif.get("state") != "up"
    ]


def _lif_remedy(home: str, facts: Facts) -> str:
    if (facts.nodes.get(home) or {}).get("state") == "up":
        return "Check its port and its home node's network."
    return f"It comes back with its home node {home}."


def lifs_home(facts: Facts) -> list[dict[str, Any]]:
    """Every LIF is on its home port. A warning: clients are served."""
    return [
        problem(
            "lifs_home",
            lif_name(lif),
            f"LIF {lif_name(lif)} of {dig(lif, 'location.home_node.name')} is on {dig(lif, 'location.node.name')}, away from home.",
            "It goes home by itself if auto_revert is set; else revert it (network interface revert).",
            WARNING,
        )
        for lif in facts.found["lifs"]
        if dig(lif, "location.is_home") is False
    ]


def volume_moves(facts: Facts) -> list[dict[str, Any]]:
    """No volume move is running or parked; a cutover is critical, because a takeover in its midst disrupts hosts."""
    names = None if facts.whole() or "aggregates" in facts.unread else {one["name"] for one in facts.found["aggregates"]}
    found = []
    for volume in facts.found["moves"]:
        movement = volume.get("movement") or {}
        target = dig(movement, "destination_aggregate.name")
        places = {one.get("name") for one in volume.get("aggregates") or []} | {target}
        if names is not None and not places & names:
            continue
        name, state = f"{dig(volume, 'svm.name')}:{volume['name']}", movement.get("state")
        severity = CRITICAL if state in CUTTING_OVER else WARNING
        remedy = (
            "Wait until it is done." if state in ("queued", "replicating", *CUTTING_OVER) else "It is parked: trigger, resume or abort it."
        )
        found.append(problem("volume_moves", name, f"Volume {name} is being moved to {target}: {state}.", remedy, severity))
    return found


def disks_failed(facts: Facts) -> list[dict[str, Any]]:
    """No disk is broken. A warning: RAID and spares keep the data."""
    return [
        problem("disks_failed", one["name"], f"Disk {one['name']} of {dig(one, 'node.name')} is broken.", "Replace it.", WARNING)
        for one in facts.found["disks"]
        if facts.covers(dig(one, "node.name"))
    ]
