# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a cluster is fit for non-disruptive work: pure rules from API records to findings, and a verdict over them.

`critical` is what endangers access to data now or in the next failover; `warning` is what an operator should know;
`info` says that a check found nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import health_events, states
from .client import dig
from .errors import InputError, OntapError
from .ha import OUT
from .health_finding import CRITICAL, RANK, WARNING, fine, objects, problem
from .maintenance import CUTTING_OVER
from .version import of_record, show

GIVE_BACK = "Give its storage back with ndo.ontap.ha_giveback."
SUPPORT = "Look at the node's console or service processor, and at its EMS log."


class Facts:
    """What was read of a cluster.

    nodes: every node by name; scope: the names of those that are looked at; found: records by family;
    unread: the error of a family that could not be read.
    """

    def __init__(self, nodes: dict[str, dict], scope: list[str], found: dict[str, list], unread: dict[str, OntapError] | None = None) -> None:
        self.nodes = nodes
        self.scope = scope
        self.found = found
        self.unread = unread or {}

    def inside(self) -> list[dict[str, Any]]:
        """The nodes that are looked at."""
        return [self.nodes[name] for name in self.scope]

    def covers(self, name: str | None) -> bool:
        """Whether something on this node counts; what names no node always does."""
        return name is None or name in self.scope

    def whole(self) -> bool:
        """Whether all nodes are looked at."""
        return len(self.scope) == len(self.nodes)


def node_up(facts: Facts) -> list[dict[str, Any]]:
    """Every node is up. A state that is missing or new counts as not up."""
    remedies = {
        **dict.fromkeys(OUT, f"Its partner serves its storage. {GIVE_BACK}"),
        "booting": "Wait until it has booted.",
    }
    return [
        problem("node_up", node["name"], f"Node {node['name']} is {node.get('state') or 'unknown'}.", remedies.get(node.get("state"), SUPPORT))
        for node in facts.inside()
        if node.get("state") != "up"
    ]


def ha_ready(facts: Facts) -> list[dict[str, Any]]:
    """Every node could take its partner over now, and holds nothing that has to be given back."""
    return [finding for node in facts.inside() for finding in _ha_of(node)]


def _ha_of(node: dict[str, Any]) -> list[dict[str, Any]]:
    name, partner = node["name"], dig((dig(node, "ha.partners") or [{}])[0], "name")
    if partner is None:
        return [problem("ha_ready", name, f"Node {name} has no HA partner.", "No work on it is non-disruptive.", WARNING)]
    if not dig(node, "ha.enabled"):
        return [problem("ha_ready", name, f"Storage failover is disabled on {name}.", f"storage failover modify -node {name} -enabled true")]
    takeover, giveback = dig(node, "ha.takeover") or {}, dig(node, "ha.giveback") or {}
    if takeover.get("state") in ("in_takeover", "in_progress"):
        doing = "has taken over" if takeover["state"] == "in_takeover" else "is taking over"
        return [problem("ha_ready", name, f"{name} {doing} {partner}.", f"Give {partner} its storage back with ndo.ontap.ha_giveback.")]
    found = []
    if takeover.get("state") not in (None, "not_attempted"):
        detail = f"{name} cannot take {partner} over: {_words(takeover)}."
        found.append(problem("ha_ready", f"{name} takeover", detail, f"See storage failover show -node {name}."))
    if giveback.get("state") not in (None, "nothing_to_giveback"):
        detail = f"{name} still holds storage of {partner}: giveback {_words(giveback)}."
        remedy = f"Finish it with ndo.ontap.ha_giveback of {partner}."
        found.append(problem("ha_ready", f"{name} giveback", detail, remedy))
    return found


def _words(operation: dict[str, Any]) -> str:
    failure = operation.get("failure") or {}
    words = str(failure.get("message") or "").rstrip(".")
    code = f" (code {failure['code']})" if "code" in failure else ""
    return f"{operation.get('state')}{': ' + words + code if words else ''}"


def interconnect(facts: Facts) -> list[dict[str, Any]]:
    """The HA interconnect is up, as far as the release tells (ONTAP 9.11.1 and later)."""
    return [
        problem("interconnect", node["name"], f"The HA interconnect of {node['name']} is {state}.", "Check its cables, ports and the partner.")
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
            "Check its port; a SAN LIF comes back with its node.",
        )
        for lif in facts.found["lifs"]
        if lif.get("enabled") and lif.get("state") != "up"
    ]


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
        remedy = "Wait until it is done." if state in ("queued", "replicating", *CUTTING_OVER) else "It is parked: trigger, resume or abort it."
        found.append(problem("volume_moves", name, f"Volume {name} is being moved to {target}: {state}.", remedy, severity))
    return found


def disks_failed(facts: Facts) -> list[dict[str, Any]]:
    """No disk is broken. A warning: RAID and spares keep the data."""
    return [
        problem("disks_failed", one["name"], f"Disk {one['name']} of {dig(one, 'node.name')} is broken.", "Replace it.", WARNING)
        for one in facts.found["disks"]
        if facts.covers(dig(one, "node.name"))
    ]


class Check:
    """A check: the family of records that it needs, its rule, and what to say when the rule finds nothing."""

    def __init__(self, family: str, rule: Callable[[Facts], list[dict[str, Any]]], fine: str) -> None:
        self.family = family
        self.rule = rule
        self.fine = fine


CHECKS = {
    "node_up": Check("nodes", node_up, "Every node is up."),
    "ha_ready": Check("nodes", ha_ready, "Every node could take its partner over."),
    "interconnect": Check("nodes", interconnect, "The HA interconnect is up."),
    "versions_equal": Check("nodes", versions_equal, "All nodes run one ONTAP release."),
    "aggregates_online": Check("aggregates", aggregates_online, "Every aggregate is online."),
    "aggregates_home": Check("aggregates", aggregates_home, "Every aggregate is on its home node."),
    "lifs_up": Check("lifs", lifs_up, "Every enabled LIF is up."),
    "lifs_home": Check("lifs", lifs_home, "Every LIF is home."),
    "volume_moves": Check("moves", volume_moves, "No volume move is running or parked."),
    "disks_failed": Check("disks", disks_failed, "No disk is broken."),
    "ems_emergencies": Check("events", health_events.ems_emergencies, "No emergency or alert was logged."),
    "jobs_running": Check("jobs", health_events.jobs_running, "No job is running."),
    "smb_sessions": Check("sessions", health_events.smb_sessions, "Every SMB session with open files is continuously available."),
}
"""All checks, in the order of the findings."""


def findings(facts: Facts, checks: list[str]) -> list[dict[str, Any]]:
    """What the checks found: the problems of each, or that there are none, or why it could not look."""
    result: list[dict[str, Any]] = []
    for check in (name for name in CHECKS if name in checks):
        error = facts.unread.get(CHECKS[check].family)
        if error:
            detail, remedy = f"This could not be read: {error.message}", error.hint or "See what the account may read, and the ONTAP release."
            result.append(problem(check, "unread", detail, remedy, WARNING))
        else:
            result += CHECKS[check].rule(facts) or [fine(check, _fine(check, facts))]
    return result


def _fine(check: str, facts: Facts) -> str:
    """What to say of a check without problems; an interconnect that no node reports is not known to be up."""
    if check == "interconnect" and not any(dig(node, "ha.interconnect.state") for node in facts.inside()):
        return "The cluster does not report an HA interconnect; ONTAP does so since 9.11.1."
    return CHECKS[check].fine


def baseline_of(problems: list[dict[str, Any]]) -> dict[str, Any]:
    """The problems as something small to compare a later look with: check and object -> severity."""
    return {"format": 1, "problems": {f"{one['check']} {one['object']}": one["severity"] for one in problems}}


def new_among(problems: list[dict[str, Any]], baseline: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The problems that the baseline does not have, or has as less severe; all, without a baseline."""
    if baseline is None:
        return problems
    known = baseline.get("problems")
    if baseline.get("format") != 1 or not isinstance(known, dict):
        raise InputError("baseline is not the baseline of an earlier health_info.", hint="Register a run, and hand on its baseline.")
    return [one for one in problems if RANK[one["severity"]] > RANK.get(known.get(f"{one['check']} {one['object']}"), 0)]


def verdict(records: list[dict[str, Any]], scope: list[str], baseline: dict[str, Any] | None = None) -> dict[str, Any]:
    """The result over all findings. Healthy: no critical problem; with a baseline: none that is new."""
    problems = [one for one in records if not one["ok"]]
    new = new_among(problems, baseline)
    critical = [one for one in new if one["severity"] == CRITICAL]
    checks = len({one["check"] for one in records})
    where, news = ", ".join(scope), "" if baseline is None else " new"
    if critical:
        said = " ".join(f"{one['detail']} {one['remedy']}" for one in critical)
        message = f"{where}: {objects(len(critical), f'critical{news} problem')}. {said}"
    else:
        message = f"{where}: {objects(checks, 'check')} found no critical{news} problem, and {objects(len(new), f'{news} warning'.strip())}."
    return {
        "healthy": not critical,
        "message": message,
        "records": records,
        "problems": problems,
        "new_problems": new if baseline is not None else [],
        "baseline": baseline_of(problems),
    }
