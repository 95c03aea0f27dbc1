# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Typed tables of plain rows: everything that a simulated cluster remembers.

A row is a nested dict in the words of the REST API, so that the view of most objects is the row itself. Rows refer
to each other by uuid; whatever can be derived (where a LIF is, what a job says) is derived when somebody looks.
"""

from __future__ import annotations

import copy
import random
import uuid as uuids
from collections.abc import Iterator
from typing import Any

Row = dict[str, Any]


class Store:
    """Tables of rows by key, with uuids from a seeded sequence so that a run can be repeated exactly."""

    def __init__(self, seed: int = 0) -> None:
        self.tables: dict[str, dict[str, Row]] = {}
        self._random = random.Random(seed)

    def uuid(self) -> str:
        """The next uuid of the seeded sequence."""
        return str(uuids.UUID(int=self._random.getrandbits(128), version=4))

    def number(self, low: int, high: int) -> int:
        """The next whole number of the seeded sequence, both ends included."""
        return self._random.randint(low, high)

    def table(self, name: str) -> dict[str, Row]:
        """The rows of one table by key, in order of creation."""
        return self.tables.setdefault(name, {})

    def insert(self, name: str, row: Row, key: str | None = None) -> Row:
        """Add a row under its uuid, or under the key given; a missing uuid is drawn."""
        if key is None:
            key = row.setdefault("uuid", None) or self.uuid()
            row["uuid"] = key
        if key in self.table(name):
            raise KeyError(f"{name}: {key} is there already")
        self.table(name)[key] = row
        return row

    def remove(self, name: str, key: str) -> None:
        """Forget one row."""
        del self.table(name)[key]

    def each(self, kind: str, /, **equals: Any) -> Iterator[Row]:
        """The rows of a table whose top-level fields have these values."""
        for row in list(self.table(kind).values()):
            if all(row.get(field) == value for field, value in equals.items()):
                yield row

    def find(self, kind: str, /, **equals: Any) -> Row | None:
        """The first row whose top-level fields have these values, or None."""
        return next(self.each(kind, **equals), None)

    def snapshot(self) -> dict[str, Any]:
        """A copy of everything, to give to restore() later."""
        return copy.deepcopy({"tables": self.tables, "random": self._random.getstate()})

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Go back to a snapshot; the snapshot can be used again."""
        state = copy.deepcopy(snapshot)
        self.tables = state["tables"]
        self._random.setstate(state["random"])
