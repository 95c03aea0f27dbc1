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

from . import health_events as events
from . import health_state as state
from .client import dig
from .errors import InputError
from .health_finding import CRITICAL, RANK, WARNING, Facts, fine, objects, problem

SHOWN = 10
"""How many problems the message of a verdict names before it only counts."""


class Check:
    """A check: the family of records that it needs, its rule, and what to say when the rule finds nothing."""

    def __init__(self, family: str, rule: Callable[[Facts], list[dict[str, Any]]], fine: str) -> None:
        self.family = family
        self.rule = rule
        self.fine = fine


CHECKS = {
    "node_up": Check("nodes", state.node_up, "Every node is up."),
    "ha_ready": Check("nodes", state.ha_ready, "Every node could take its partner over."),
    "interconnect": Check("nodes", state.interconnect, "The HA interconnect is up."),
    "versions_equal": Check("nodes", state.versions_equal, "All nodes run one ONTAP release."),
    "aggregates_online": Check("aggregates", state.aggregates_online, "Every aggregate is online."),
    "aggregates_home": Check("aggregates", state.aggregates_home, "Every aggregate is on its home node."),
    "lifs_up": Check("lifs", state.lifs_up, "Every enabled LIF is up."),
    "lifs_home": Check("lifs", state.lifs_home, "Every LIF is home."),
    "volume_moves": Check("moves", state.volume_moves, "No volume move is running or parked."),
    "disks_failed": Check("disks", state.disks_failed, "No disk is broken."),
    "ems_emergencies": Check("events", events.ems_emergencies, "No emergency or alert was logged."),
    "jobs_running": Check("jobs", events.jobs_running, "No job is running."),
    "smb_sessions": Check("sessions", events.smb_sessions, "Every SMB session with open files is continuously available."),
}
"""All checks, in the order of the findings."""


def findings(facts: Facts, checks: list[str]) -> list[dict[str, Any]]:
    """What the checks found: the problems of each, or that there are none, or why it could not look."""
    result: list[dict[str, Any]] = []
    for check in (name for name in CHECKS if name in checks):
        error = facts.unread.get(CHECKS[check].family)
        if error:
            detail, remedy = (
                f"This could not be read: {error.message}",
                error.hint or "See what the account may read, and the ONTAP release.",
            )
            result.append(problem(check, "unread", detail, remedy, WARNING))
        else:
            result += CHECKS[check].rule(facts) or [fine(check, _fine(check, facts))]
    return result


def _fine(check: str, facts: Facts) -> str:
    """What to say of a check without problems; an interconnect that no node reports is not known to be up."""
    if check == "interconnect" and not any(dig(node, "ha.interconnect.state") for node in facts.inside()):
        return "The cluster does not report an HA interconnect; ONTAP does so since 9.11.1, for a node that has a partner."
    return CHECKS[check].fine


def baseline_of(problems: list[dict[str, Any]]) -> dict[str, Any]:
    """The problems as something small to compare a later look with: check and object -> severity."""
    return {"format": 1, "problems": {f"{one['check']} {one['object']}": one["severity"] for one in problems}}


def new_among(problems: list[dict[str, Any]], baseline: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The problems that the baseline does not have, or has as less severe; all, without a baseline or with an empty one."""
    if baseline is None:
        return problems
    known = baseline.get("problems", {})
    if (baseline and baseline.get("format") != 1) or not isinstance(known, dict):
        raise InputError("baseline is not the baseline of an earlier health_info.", hint="Register a run, and hand on its baseline.")
    return [one for one in problems if RANK[one["severity"]] > RANK.get(str(known.get(f"{one['check']} {one['object']}")), 0)]


def verdict(records: list[dict[str, Any]], scope: list[str], baseline: dict[str, Any] | None = None) -> dict[str, Any]:
    """The result over all findings. Healthy: no critical problem; with a baseline: none that is new."""
    problems = [one for one in records if not one["ok"]]
    new = new_among(problems, baseline)
    critical = [one for one in new if one["severity"] == CRITICAL]
    checks = len({one["check"] for one in records})
    where, news = ", ".join(scope), "" if baseline is None else " new"
    if critical:
        details = " ".join(one["detail"] for one in critical[:SHOWN])
        more = f" And {len(critical) - SHOWN} more." if len(critical) > SHOWN else ""
        remedies = " ".join(dict.fromkeys(one["remedy"] for one in critical[:SHOWN]))
        message = f"{where}: {objects(len(critical), f'critical{news} problem')}. {details}{more} What to do: {remedies}"
    else:
        message = (
            f"{where}: {objects(checks, 'check')} found no critical{news} problem, and {objects(len(new), f'{news} warning'.strip())}."
        )
    return {
        "healthy": not critical,
        "message": message,
        "records": records,
        "problems": problems,
        "new_problems": new if baseline is not None else [],
        "baseline": baseline_of(problems),
    }
