# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Shows what a module reports that runs on another machine, while it runs there.

The module appends its lines to a file in Ansible's temporary folder over there (module_utils/module.py); a thread of the worker fetches
what is new, over a connection of its own, with one small command now and then. Whatever goes wrong with that is no trouble of the task:
lines are missing then, and the result is the same. docs/decisions/008 says why.
"""

from __future__ import annotations

import copy
import shlex
import threading
from collections.abc import Callable
from typing import Any

FIRST, FACTOR, CEILING = 2.0, 1.3, 10.0
"""Seconds between two fetches: short at first, growing to a ceiling."""

PATIENCE = 5.0
"""Seconds to wait at the end for a fetch that is under way."""


class LiveProgress:
    """Fetches the lines of a file on the other end of a connection, as long as the block lasts."""

    def __init__(self, connection: Any, path: str, show: Callable[[str], None]) -> None:
        # A connection plugin makes no promise about threads; a copy shares the way there, and nothing that a command changes.
        self._connection = copy.copy(connection)
        self._path = path
        self._show = show
        self._seen = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> LiveProgress:
        self._thread.start()
        return self

    def __exit__(self, *exception: Any) -> None:
        self._over.set()
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        pause = FIRST
        while not self._over.wait(pause):
            pause = min(CEILING, pause * FACTOR)
            try:
                self.fetch()
            except Exception:  # noqa: BLE001 - a connection plugin may raise anything, and the task does not depend on this
                return

    def fetch(self) -> None:
        """Show the lines that have been added; one that is not complete yet comes with the next fetch."""
        command = f"tail -c +{self._seen + 1} {shlex.quote(self._path)} 2>/dev/null"
        _status, output, _errors = self._connection.exec_command(command, in_data=None, sudoable=False)
        whole = bytes(output)[: bytes(output).rfind(b"\n") + 1]
        self._seen += len(whole)
        for line in whole.decode("utf-8", "replace").splitlines():
            self._show(line)
