# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which LUN a task about a move means, and where that LUN is to be. Pure.

A LUN answers under its new path as soon as its move begins (source: what OpenStack's driver relies on), so it is looked for at both.
"""

from __future__ import annotations

from typing import Any

from .client import dig
from .errors import Ambiguous, InputError, Refused
from .gathered_san import serial_of
from .lun_transfer import agreed, lun_of
from .luns import path_of_lun
from .objects import Index, Key
from .pools import place_of


class Target:
    """The LUN by its path, uuid or serial number; and its path in the end, as far as the task tells it."""

    def __init__(self, params: dict[str, Any]) -> None:
        self.number = _number(params)
        lun, path = (lun_of(params[name]) if params.get(name) else (None, "") for name in ("lun", "path"))
        volume, origin = (place_of(params[name]) if params.get(name) else (None, "") for name in ("volume", "from_volume"))
        self.svm = agreed(params.get("svm"), "svm", lun, path, volume, origin)
        self.source = path_of_lun(lun[1], origin[1] or None, None) if lun[1] else None
        self.what = f"LUN {self.source}" if self.number is None else f"LUN with {self.number[0].replace('_', ' ')} {self.number[1]}"
        self._volume, self._path = volume[1], path[1]
        self.path = self.seen_from(self.source)

    @property
    def is_given(self) -> bool:
        """Whether the task says where the LUN is to be."""
        return bool(self._volume or self._path)

    def seen_from(self, path: str | None) -> str | None:
        """The path in the end of a LUN that has this one: in another volume it keeps the last part, and is in no qtree."""
        if self._path:
            return path_of_lun(self._path, self._volume or None, None)
        return f"/vol/{self._volume}/{path.rpartition('/')[2]}" if self._volume and path else None

    def keys(self) -> list[Key]:
        """By what the LUN is looked up: its number, or SVM and path, where it was and where it is to be."""
        if self.number:
            return [(self.number[1],)]
        return [(self.svm, path) for path in dict.fromkeys([self.source, self.path]) if path]

    def choose(self, index: Index) -> dict[str, Any]:
        """The record of the LUN; another LUN at the path where it is to be is an error."""
        groups = [index[key] for key in self.keys() if index.get(key)]
        if any(len(group) > 1 for group in groups):
            raise Ambiguous(f"There is more than one {self.what}.", hint="Give the uuid.")
        found = [group[0] for group in groups]
        if not found:
            which = self.what if self.number else "LUN " + " or ".join(key[-1] for key in self.keys())
            raise InputError(f"There is no {which} in the SVM {self.svm}.", hint="A LUN answers under its new path as soon as it moves.")
        if len(found) > 1:
            raise Refused(
                f"{self.what} cannot move to {self.path}: another LUN is there ({found[1]['uuid']}; ours is {found[0]['uuid']}).",
                hint="Choose another path, or delete or rename the LUN that is there.",
                target="path",
            )
        self._meet(found[0])
        return found[0]

    def _meet(self, state: dict[str, Any]) -> None:
        """Learn what only the record tells: where the LUN goes, when the task does not say it whole."""
        if dig(state, "svm.name") != self.svm:
            raise InputError(f"The {self.what} is in the SVM {dig(state, 'svm.name')}, not in {self.svm}.", target="svm")
        if not state["name"].startswith("/vol/"):
            raise Refused(f"{state['name']} is a LUN without a volume (ASA r2), and ONTAP does not move those.")
        if self.path is None:
            self.path = self.seen_from(state["name"]) or dig(state, "movement.paths.destination")


def _number(params: dict[str, Any]) -> tuple[str, str] | None:
    if params.get("uuid"):
        return "uuid", params["uuid"]
    return ("serial_number", serial_of(params["serial_number"])) if params.get("serial_number") else None
