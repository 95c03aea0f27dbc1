# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Order and pages of a collection.

A page is cut by max_records, by the setting page_limit (which stands for the time after which ONTAP ends a page early), or by a
fault; the cursor of the next link holds the sort values of the last record, so a page goes on at the right place even when that
record has gone. Source: API documentation, records and pages; clients follow next verbatim. The content of the cursor is a choice.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from ..schema import Field, Resource
from ..store import Row
from .errors import unknown_query
from .messages import Request
from .query import comparable, first_at

CURSOR = "start."
MAX_RECORDS = 10000
"""Choice: the sources do not say how many records a page has when max_records is not given."""


def _rank(value: Any) -> tuple[bool, Any]:
    return (value is not None, 0 if value is None else value)


class Order:
    """How a collection is sorted: field names, each up or down."""

    def __init__(self, resource: Resource, known: dict[str, Field], asked: str | None) -> None:
        self._keys: list[tuple[str, bool]] = []
        self._kinds: dict[str, str] = {}
        for part in ",".join(filter(None, (asked, resource.order))).split(","):
            words = part.split()
            if not words:
                continue
            if words[0] not in known or (len(words) > 1 and words[1].lower() not in ("asc", "desc")) or len(words) > 2:
                raise unknown_query(part.strip())
            if words[0] not in self._kinds:
                self._keys.append((words[0], len(words) > 1 and words[1].lower() == "desc"))
                self._kinds[words[0]] = known[words[0]].kind
        self._parts = {name: name.split(".") for name in self._kinds}

    def place(self, record: Row) -> list[Any]:
        """The values by which a record is sorted."""
        return [self._value(name, first_at(record, self._parts[name])) for name, _down in self._keys]

    def _value(self, name: str, value: Any) -> Any:
        return None if value is None else comparable(self._kinds[name], value)

    def sort(self, records: list[Row]) -> list[Row]:
        """The records in order."""
        if not self._keys:
            return records
        places = [(self.place(record), record) for record in records]
        for index in reversed(range(len(self._keys))):
            places.sort(key=lambda item: _rank(item[0][index]), reverse=self._keys[index][1])  # noqa: B023 - used at once
        return [record for _place, record in places]

    def compare(self, left: list[Any], right: list[Any]) -> int:
        """Below, at or above zero; a value that is not set comes first."""
        for (_name, down), one, other in zip(self._keys, left, right):
            if one == other:
                continue
            below = one is None or (other is not None and one < other)
            return (1 if below else -1) if down else (-1 if below else 1)
        return 0

    def cursor(self, record: Row) -> str:
        """The parameters of a next link that goes on after this record."""
        found = ((name, first_at(record, parts)) for name, parts in self._parts.items())
        return "&".join(f"{CURSOR}{name}={quote('' if value is None else str(value), safe='')}" for name, value in found)

    def repeat(self, request: Request) -> str:
        """The parameters of a next link that goes on where this request began, for an empty page."""
        given = [part for part in request.raw_query.split("&") if part.startswith(CURSOR)]
        return "&".join(given) or "&".join(f"{CURSOR}{name}=" for name in self._parts)

    def after(self, request: Request, records: list[Row]) -> list[Row]:
        """The sorted records that come after the cursor of the request; all of them when it has none."""
        given = {name[len(CURSOR) :]: value for name, value in request.query if name.startswith(CURSOR)}
        for name in given:
            if name not in self._kinds:
                raise unknown_query(f"{CURSOR}{name}")
        if not any(given.values()):
            return records
        try:
            place = [self._value(name, given.get(name) or None) for name, _down in self._keys]
        except ValueError:
            raise unknown_query(CURSOR) from None
        return [record for record in records if self.compare(self.place(record), place) > 0]


def next_link(request: Request, cursor: str) -> str:
    """The address of the next page: the request's own parameters, as they came, and the cursor first."""
    rest = [part for part in request.raw_query.split("&") if part and not part.startswith(CURSOR)]
    return f"{request.raw_path}?{'&'.join([cursor, *rest])}"
