# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The folder of a report on the controller: its journal, report.json and report.html; or the forecast of a run in check mode."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from typing import Any

from . import journal_file, report_data, report_page

LONGEST = 150
"""Characters of a title that its folder has; file systems allow 255 bytes."""


class Folder:
    """Where the report of one use of a runbook is."""

    def __init__(self, parent: str, title: str, kind: str, forecast: bool) -> None:
        self.title = title
        self.kind = kind
        self.forecast = forecast
        self.path = os.path.join(os.path.abspath(os.path.expanduser(parent)), f"{safe(title)}.{safe(kind)}")
        self.journal = self._file("jsonl", "journal")

    def _file(self, ending: str, name: str = "report") -> str:
        return os.path.join(self.path, f"{'forecast' if self.forecast else name}.{ending}")

    def begin(self, started_by: dict[str, str]) -> None:
        """Begin a run: behind the runs that it goes on with, or in a new journal."""
        os.makedirs(self.path, exist_ok=True)
        entries = journal_file.read(self.journal)
        if self.forecast or not report_data.to_continue(entries):
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.journal)
        journal_file.append(self.journal, [{"kind": "run", "state": "begin", "at": journal_file.now(), "job": started_by}])

    def write(self, about: dict[str, Any], result: dict[str, Any]) -> list[str]:
        """End the run, and write its report; returns the files, or nothing where the report of an earlier run is to stay."""
        os.makedirs(self.path, exist_ok=True)
        error = str(result.get("error") or "; ".join(map(str, result.get("errors") or [])))
        success = bool(result.get("success", not error))
        end = {"kind": "run", "state": "end", "at": journal_file.now(), "success": success, "error": error[: journal_file.WORDS]}
        journal_file.append(self.journal, [end])
        entries = journal_file.read(self.journal)
        if self._stays(success, entries):
            return []
        said = {"title": self.title, "kind": self.kind, **about, "forecast": self.forecast, "success": success, "error": error}
        message = str(result.get("message") or "")
        report = report_data.build(entries, {**said, "message": message, "result": result})
        replace(self._file("json"), json.dumps(report, indent=4, default=str) + "\n")
        replace(self._file("html"), report_page.render(report))
        return [self._file("json"), self._file("html")]

    def _stays(self, success: bool, entries: list[dict[str, Any]]) -> bool:
        """Whether there is the report of a run that did something, and this one had nothing left to do."""
        if self.forecast or not success or report_data.wrote(entries):
            return False
        try:
            with open(self._file("json"), encoding="utf-8") as file:
                before = json.load(file)
            return bool(before["success"] and before["writes"])
        except (OSError, ValueError, LookupError, TypeError):
            return False


def safe(name: str) -> str:
    """A name as a part of a path; one that is too long ends in a digest."""
    name = name.replace("/", "_").replace("\0", "_").strip() or "_"
    name = "_" + name if name.startswith(".") else name
    if len(name) <= LONGEST and len(name.encode("utf-8", "surrogateescape")) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{name[:40]}-{digest}"


def replace(path: str, text: str) -> None:
    """Put a file in the place of another one; nobody ever sees half of it."""
    number, new = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".report")
    try:
        with os.fdopen(number, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        os.chmod(new, 0o644)
        os.replace(new, path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
        raise
