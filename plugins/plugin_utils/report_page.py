# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report as one HTML page that needs nothing else: no script, no network. All texts are escaped by the template engine."""

from __future__ import annotations

import functools
import os
from typing import Any

import jinja2

from ansible_collections.ndo.ontap.plugins.module_utils.move_progress import size_words

from .report_scale import Scale, parse, span, when, window
from .report_timeline import KINDS

TEMPLATE = "report.html.j2"
SHOWN = 2000
"""Rows of a list that the page shows; report.json has them all."""
SLOW = 1.0
"""Seconds from which a task that changed nothing is worth a line."""

SAID = ("success", "error", "errors", "message")
"""What the page says in its head, and need not repeat."""

KIND_WORDS = {
    "maintenance": "Node maintenance",
    "evacuate": "Evacuation",
    "relocate": "Relocation",
    "luns": "Relocation of LUNs",
    "provision": "LUNs provisioned",
    "decommission": "LUNs decommissioned",
    "group": "Group snapshot",
    "made": "LUNs made out of a group",
    "deleted": "Group deleted",
    "restored": "Restore",
    "reaper": "Reaper of snapshots",
    "cloud": "Cloud maintenance",
}
"""Titles of the collection's own runbooks; others are called by their kind."""


def render(report: dict[str, Any]) -> str:
    """The page."""
    return _template().render(_view(report))


@functools.lru_cache(maxsize=1)
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(os.path.dirname(os.path.abspath(__file__)))
    surroundings = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    surroundings.globals.update(window=window)
    surroundings.filters.update(when=when, span=whole, words=words, said=said, pairs=pairs, worth=worth, slice_to=first)
    return surroundings.get_template(TEMPLATE)


def whole(seconds: Any) -> str:
    """A span of time that is not broken into two lines."""
    return span(seconds).replace(" ", "\u00a0")


def words(name: Any) -> str:
    """A key of a result for people."""
    return str(name).replace("_", " ")


def first(found: list[Any], number: int) -> list[Any]:
    """The first so many of a list."""
    return found[:number]


def worth(value: Any) -> bool:
    """Whether a value says something."""
    return value not in (None, "", [], {})


def said(value: Any, name: Any) -> Any:
    """A plain value for people: sizes and spans by the names of their keys, and yes or no."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)) and str(name).endswith("bytes"):
        return size_words(value)
    return span(value) if isinstance(value, (int, float)) and str(name).endswith("seconds") else value


def pairs(record: dict[str, Any]) -> list[tuple[str, Any]]:
    """What a record says, in a line: its plain values, and lists of plain values as text."""
    found = []
    for name, value in record.items():
        plain = [one for one in value if not isinstance(one, (dict, list))] if isinstance(value, list) else value
        if worth(plain) and not isinstance(plain, dict):
            found.append((words(name), ", ".join(map(str, plain)) if isinstance(plain, list) else said(plain, name)))
    return found


def _view(report: dict[str, Any]) -> dict[str, Any]:
    """What the template needs beside the report itself."""
    scale = Scale(report["runs"])
    steps = [task for task in report["tasks"] if task["outcome"] != "ok" or task["writes"] or (task["seconds"] or 0) >= SLOW]
    writes = [write for write in report["writes"] if not write["validation"]]
    return {
        "report": report,
        "heading": KIND_WORDS.get(report["kind"], words(report["kind"]).capitalize()),
        "verdict": _verdict(report),
        "tiles": _tiles(report, writes),
        "scale": scale,
        "steps": steps[:SHOWN],
        "numbers": {task["id"]: number for number, task in enumerate(steps, 1)},
        "step_bars": [_bar(scale, task["begun"], task["ended"]) for task in steps],
        "groups": _groups(report, scale),
        "writes": writes[:SHOWN],
        "validations": len(report["writes"]) - len(writes),
        "hidden": max(0, len(writes) - SHOWN),
        "healths": [(name, report["health"][name]) for name in ("before", "after") if report["health"][name]],
        "details": {name: value for name, value in report["result"].items() if name not in SAID and worth(value)},
    }


def _verdict(report: dict[str, Any]) -> tuple[str, str]:
    """The word at the top, and what it means."""
    if report["forecast"]:
        return ("Forecast", "busy") if report["success"] else ("Forecast: would fail", "bad")
    return ("Success", "good") if report["success"] else ("Failed", "bad")


def _tiles(report: dict[str, Any], writes: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """The figures at the top: what, how much, and a few words about it."""
    active = sum(seconds for seconds in (_seconds(run["begun"], run["ended"]) for run in report["runs"]))
    several = f"in {len(report['runs'])} runs" if len(report["runs"]) > 1 else f"from {when(report['begun'])}"
    tiles = [
        ("Duration", whole(active), several),
        ("Writes to the cluster", str(len(writes)), f"and {report['reads']} reads"),
    ]
    handovers = [one for one in report["pauses"] if one["what"] == "handover"]
    cutovers = [one for one in report["pauses"] if one["what"] == "cutover"]
    for name, found in (("Aggregates changed hands", handovers), ("Cutovers", cutovers)):
        if found:
            tiles.append((name, str(len(found)), f"longest window {whole(max(one['seconds'] for one in found))}"))
    for name, key in (("Writes fenced for", "fenced_seconds"), ("Applications held for", "held_seconds")):
        if _number(report["result"].get(key)):
            tiles.append((name, whole(report["result"][key]), "as the run measured it"))
    if report["sessions"]:
        moments = report["sessions"]["moments"]
        lost = sum(int(_number(one.get("sessions")) or 0) for one in moments)
        tiles.append(("SMB sessions lost", str(lost), f"announced, at {len(moments)} moments" if lost else "none was announced"))
    before, after = report["health"]["before"], report["health"]["after"]
    if before:
        tiles.append(("Health", _health(after or before), f"{_health(before).lower()} before" if after else "before; not looked at since"))
    return tiles


def _health(found: dict[str, Any]) -> str:
    if not found["healthy"]:
        return "Not healthy"
    return "Healthy" + (f", {len(found['problems'])} warning(s)" if found["problems"] else "")


def _number(value: Any) -> float | None:
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _seconds(begun: Any, ended: Any) -> float:
    return max(0.0, (parse(ended) or 0.0) - (parse(begun) or 0.0))


def _bar(scale: Scale, begun: Any, ended: Any) -> dict[str, float]:
    left = scale.at(begun)
    return {"left": round(left, 2), "width": round(max(0.0, scale.at(ended) - left) if ended else 100 - left, 2)}


def _groups(report: dict[str, Any], scale: Scale) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lanes by their kind, with places for their states."""
    found = []
    for kind, heading in KINDS.items():
        lanes = [lane for lane in report["timeline"] if lane["kind"] == kind]
        if lanes:
            shown = [
                {**lane, "bars": [{**state, **_bar(scale, state["begun"], state["ended"])} for state in lane["states"]]} for lane in lanes
            ]
            found.append((heading, shown[:SHOWN]))
    return found
