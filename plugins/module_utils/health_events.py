# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health rules over what happens in a cluster: its log, its jobs, its SMB users. All of them warn, none decides.

A takeover itself logs alerts, so the log cannot say whether the cluster is fit now; the checks of its state do.
"""

from __future__ import annotations

from typing import Any

from .client import dig
from .health_finding import WARNING, Facts, objects, problem
from .smb import is_unprotected, open_files, some, user_of

SHOWN = 5
"""How many users a finding names before it only counts."""


def ems_emergencies(facts: Facts) -> list[dict[str, Any]]:
    """No emergency or alert in the log: one finding per node and kind of event, however often it came."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for event in facts.found["events"]:
        node = str(dig(event, "node.name"))
        if facts.covers(node):
            groups.setdefault((node, str(dig(event, "message.name"))), []).append(event)
    return [_logged(node, name, events) for (node, name), events in sorted(groups.items())]


def _logged(node: str, name: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    last = max(events, key=lambda event: int(event.get("index") or 0))
    often = "" if len(events) == 1 else f"{len(events)} times, last "
    detail = f"{node} logged {name} ({dig(last, 'message.severity')}) {often}at {last.get('time')}: {last.get('log_message')}"
    # With the index of the last event, a later event of the same kind is a new problem.
    return problem("ems_emergencies", f"{node} {name} {last.get('index')}", detail, "Read the event's description in ONTAP.", WARNING)


def jobs_running(facts: Facts) -> list[dict[str, Any]]:
    """No job is under way that a takeover would hit; a job without a node (before 9.11.1) may be on any."""
    return [
        problem(
            "jobs_running",
            job["uuid"],
            f"Job {job['uuid']} ({job.get('description') or 'without a description'}) is {job.get('state')}.",
            "Wait until it has ended; a takeover of its node would interrupt it.",
            WARNING,
        )
        for job in facts.found["jobs"]
        if facts.covers(dig(job, "node.name"))
    ]


def smb_sessions(facts: Facts) -> list[dict[str, Any]]:
    """No SMB session would lose open files in a takeover: one finding per SVM and node."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for session in facts.found["sessions"]:
        if facts.covers(dig(session, "node.name")) and is_unprotected(session):
            groups.setdefault((str(dig(session, "svm.name")), str(dig(session, "node.name"))), []).append(session)
    return [_unprotected(svm, node, sessions) for (svm, node), sessions in sorted(groups.items())]


def _unprotected(svm: str, node: str, sessions: list[dict[str, Any]]) -> dict[str, Any]:
    users = sorted({user_of(session) for session in sessions})
    detail = (
        f"{objects(len(sessions), 'SMB session')} of SVM {svm} on {node} with {objects(open_files(sessions), 'open file')}"
        f" would be cut by a takeover and by the giveback: {some(users, SHOWN, ', ')}."
    )
    remedy = "Have the users close their files, or make the share continuously available."
    return problem("smb_sessions", f"{svm} {node}", detail, remedy, WARNING)
