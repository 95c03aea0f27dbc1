# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the lines of a journal to the report of a runbook: its runs, tasks, writes, what was seen, and health before and after. No I/O."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from . import report_timeline

SCHEMA = 1
"""The version of report.json; a key that is removed or changes its meaning makes a new one."""

Entry = dict[str, Any]


def moment(at: Any) -> str | None:
    """A moment as report.json has it: ISO 8601, UTC."""
    if not isinstance(at, (int, float)):
        return None
    return datetime.fromtimestamp(at, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def split_runs(entries: list[Entry]) -> list[list[Entry]]:
    """The lines of each run; one that was killed has no end."""
    runs: list[list[Entry]] = []
    for entry in entries:
        if (entry["kind"] == "run" and entry.get("state") == "begin") or not runs:
            runs.append([])
        runs[-1].append(entry)
    return runs


def is_settled(run: list[Entry]) -> bool:
    """Whether a run ended well."""
    return any(entry["kind"] == "run" and entry.get("state") == "end" and entry.get("success") for entry in run)


def to_continue(entries: list[Entry]) -> list[Entry]:
    """The lines of earlier runs that a new run goes on with: those since the last one that ended well, if any of them wrote something."""
    kept: list[Entry] = []
    for run in split_runs(entries):
        kept = [] if is_settled(run) else kept + run
    return kept if wrote(kept) else []


def wrote(entries: list[Entry]) -> bool:
    """Whether anything was written, beside validations, which change nothing."""
    return any(entry["kind"] == "write" and not _is_validation(entry.get("query") or {}) for entry in entries)


def _is_validation(query: dict[str, Any]) -> bool:
    return str(query.get("validate_only", "")).lower() == "true"


def build(entries: list[Entry], about: dict[str, Any]) -> dict[str, Any]:
    """The report. `about` is what the runbook says itself: title, kind, runbook, success, error, message, result and so on."""
    runs = split_runs(entries)
    tasks = [task for number, run in enumerate(runs) for task in _tasks(run, number)]
    writes = [write for run in runs for write in _writes(run, {task["id"]: task["name"] for task in tasks})]
    begun, ended = _span(entries)
    lanes = report_timeline.lanes(entries)
    found = [entry["health"] for entry in entries if isinstance(entry.get("health"), dict)]
    return {
        "schema": SCHEMA,
        **about,
        "begun": moment(begun),
        "ended": moment(ended),
        "seconds": round(ended - begun, 1),
        "clusters": list(dict.fromkeys(str(entry["name"]) for entry in entries if entry["kind"] == "cluster")),
        "runs": [_run(run) for run in runs],
        "tasks": [_shown(task, writes) for task in tasks],
        "writes": writes,
        "reads": sum(task["reads"] for task in tasks),
        "timeline": [{**lane, "states": [_dated(state) for state in lane["states"]]} for lane in lanes],
        "sessions": _sessions(runs),
        "pauses": [_dated(one) for one in report_timeline.pauses(lanes)],
        "health": {"before": found[0] if found else None, "after": found[-1] if len(found) > 1 else None},
    }


def _dated(found: dict[str, Any]) -> dict[str, Any]:
    return {name: moment(value) if name in ("begun", "ended", "after") else value for name, value in found.items()}


def _sessions(runs: list[list[Entry]]) -> dict[str, Any]:
    """The SMB sessions that were announced to be lost, by moment: a run that goes on with another one announces what is still to come."""
    moments: dict[tuple[Any, Any], dict[str, Any]] = {}
    told: list[str] = []
    for run in [run for run in runs if wrote(run)] or runs[-1:]:
        announced = [entry["smb"] for entry in run if isinstance(entry.get("smb"), dict)][-1:]
        for one in announced:
            told.append(str(one.get("message") or ""))
            for found in one["moments"]:
                moments.setdefault((found.get("moment"), found.get("object")), found)
    return {"moments": list(moments.values()), "message": told[0]} if told else {}


def _span(entries: list[Entry]) -> tuple[float, float]:
    times = [entry["at"] for entry in entries if isinstance(entry.get("at"), (int, float))]
    return (min(times), max(times)) if times else (0.0, 0.0)


def _run(run: list[Entry]) -> dict[str, Any]:
    """When a run began and ended, and how."""
    begun, last = _span(run)
    end = next((entry for entry in run if entry["kind"] == "run" and entry.get("state") == "end"), None)
    outcome = "interrupted" if end is None else "success" if end.get("success") else "failed"
    return {
        "begun": moment(begun),
        "ended": moment(end["at"] if end else last),
        "outcome": outcome,
        "error": str(end.get("error") or "") if end else "",
        "job": next((entry["job"] for entry in run if entry.get("job")), {}),
    }


def _tasks(run: list[Entry], number: int) -> list[dict[str, Any]]:
    """The tasks of a run in the order of their begins. One without an end was under way when the run was killed."""
    found: dict[str, dict[str, Any]] = {}
    for entry in run:
        if entry["kind"] != "task":
            continue
        if entry["state"] == "begin":
            about = {name: entry.get(name, "") for name in ("name", "module", "host", "check")}
            found[entry["task"]] = {"id": entry["task"], "run": number, **about, "begun": entry["at"], "ended": None, "reads": 0}
        elif entry["task"] in found:
            task = found[entry["task"]]
            task.update({name: entry.get(name) for name in ("changed", "failed", "background", "message", "reads")}, ended=entry["at"])
            task["reads"] = task["reads"] if isinstance(task["reads"], int) else 0
    return list(found.values())


def _shown(task: dict[str, Any], writes: list[dict[str, Any]]) -> dict[str, Any]:
    """A task as the report has it."""
    ended = task["ended"]
    outcome = (
        "interrupted"
        if ended is None
        else "failed"
        if task.get("failed")
        else "in the background"
        if task.get("background")
        else "changed"
        if task.get("changed")
        else "ok"
    )
    return {
        **{name: task[name] for name in ("id", "run", "name", "module", "host", "reads")},
        "check_mode": bool(task["check"]),
        "begun": moment(task["begun"]),
        "ended": moment(ended),
        "seconds": None if ended is None else round(ended - task["begun"], 1),
        "outcome": outcome,
        "message": task.get("message") or "",
        "writes": sum(write["task_id"] == task["id"] for write in writes),
    }


def _writes(run: list[Entry], names: dict[str, str]) -> list[dict[str, Any]]:
    """Every write of a run. One without an answer was under way when the run was killed."""
    answers = {(entry.get("task"), entry.get("number")): entry for entry in run if entry["kind"] == "answer"}
    found = []
    for entry in run:
        if entry["kind"] == "write":
            answer = answers.get((entry.get("task"), entry.get("number")), {})
            query = entry.get("query") or {}
            found.append(
                {
                    "at": moment(entry["at"]),
                    "task": names.get(str(entry.get("task")), ""),
                    "task_id": entry.get("task"),
                    "method": entry.get("method"),
                    "path": entry.get("path"),
                    "query": query,
                    "validation": _is_validation(query),
                    "status": answer.get("status"),
                    "seconds": answer.get("seconds"),
                    "error": answer.get("error", "" if answer else "no answer was seen"),
                }
            )
    return found
