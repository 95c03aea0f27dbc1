# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of a runbook on the controller: a file with one JSON object on each line, to which every task adds what it does.

A line is added by one write to a file that is open for appending, at once: what a run has done before it was killed is there. A journal
that cannot be written is no trouble of the task, which says so once and goes on. docs/decisions/014 says why it is as it is.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterable
from typing import Any

from ansible.utils.display import Display

from ansible_collections.ndo.ontap.plugins.module_utils import waiting

VARIABLE = "run_report_journal"
"""The variable that tells tasks where their journals are; the role run_report sets it."""

WORDS = 2000
"""Characters of a message that the journal keeps."""
PROBLEMS = 100
"""Problems of a health check that the journal keeps."""


def paths_of(task_vars: dict[str, Any]) -> list[str]:
    """The journals of the runbooks inside of which a task runs; the outermost one first."""
    found = task_vars.get(VARIABLE)
    journals = found.get("journals") if isinstance(found, dict) else None
    return [str(path) for path in journals or []]


def append(path: str, entries: Iterable[dict[str, Any]]) -> None:
    """Add lines to a journal, in one write."""
    text = "".join(json.dumps(entry, default=str) + "\n" for entry in entries)
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(file, text.encode("utf-8", "surrogateescape"))
    finally:
        os.close(file)


def read(path: str) -> list[dict[str, Any]]:
    """The lines of a journal; what is no line of ours, as after a full disk, is left out."""
    found = []
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    entry = json.loads(line)
                except ValueError:
                    continue
                if isinstance(entry, dict) and "kind" in entry:
                    found.append(entry)
    except FileNotFoundError:
        pass
    return found


def now() -> float:
    """Seconds since the Unix epoch, as journals have them."""
    return round(waiting.clock.wall(), 3)


class TaskJournal:
    """What one task adds to the journals of its runbooks: its begin, its notes while it runs, and its end.

    hidden: the task has no_log, so nothing is kept that comes out of it.
    """

    def __init__(self, paths: list[str], about: dict[str, Any], hidden: bool = False) -> None:
        self._paths = paths
        self._about = about
        self._hidden = hidden
        self._id = secrets.token_hex(4)

    def begin(self) -> None:
        """The task begins."""
        self._add([{"kind": "task", "state": "begin", "at": now(), **self._about}])

    def keep(self, entry: dict[str, Any]) -> None:
        """A note of the task."""
        self.keep_all([entry])

    def keep_all(self, entries: list[dict[str, Any]]) -> None:
        """Several notes at once."""
        if self._hidden:
            entries = [_bare(entry) for entry in entries if entry["kind"] in ("write", "answer")]
        if entries:
            self._add(entries)

    def end(self, result: dict[str, Any], reads: int = 0) -> None:
        """The task has ended, with this result."""
        told = {} if self._hidden else _told(result)
        self._add(
            [
                {
                    "kind": "task",
                    "state": "end",
                    "at": now(),
                    "changed": bool(result.get("changed")),
                    "failed": bool(result.get("failed")),
                    "background": "ansible_job_id" in result,
                    "reads": reads,
                    **told,
                }
            ]
        )

    def _add(self, entries: list[dict[str, Any]]) -> None:
        for path in list(self._paths):
            try:
                append(path, [{"task": self._id, **entry} for entry in entries])
            except OSError as error:
                self._paths.remove(path)
                Display().warning(f"The report will not be complete: {path} cannot be written ({error.strerror or error}).")


def _told(result: dict[str, Any]) -> dict[str, Any]:
    """What a result says for people, the verdict of a health check, and which SMB sessions it announces to be lost."""
    told: dict[str, Any] = {"message": str(result.get("msg") or result.get("message") or "")[:WORDS]}
    if "healthy" in result and isinstance(result.get("problems"), list):
        told["health"] = {"healthy": bool(result["healthy"]), "message": told["message"], "problems": result["problems"][:PROBLEMS]}
    smb = result.get("smb")
    if isinstance(smb, dict) and isinstance(smb.get("moments"), list):
        told["smb"] = {"moments": smb["moments"], "message": str(smb.get("message") or "")[:WORDS]}
    return told


def _bare(entry: dict[str, Any]) -> dict[str, Any]:
    """A note of a task with no_log: that something was written, and when."""
    kept = {name: value for name, value in entry.items() if name in ("kind", "number", "method", "status", "seconds", "at")}
    return {**kept, "path": "(no_log)"} if entry["kind"] == "write" else kept
