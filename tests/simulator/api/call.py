# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a resource: who is meant, and what the query says."""

from __future__ import annotations

import re
from typing import Any, Optional

from ..model.family import Family
from ..model.world import World
from ..schema import Resource
from ..store import Row
from . import errors
from .messages import Request
from .query import Filter, public_filter

PAGES = ("fields", "max_records", "return_timeout", "return_records", "order_by")
WRITES = ("return_timeout", "return_records", "fields", "max_records", "continue_on_failure", "serial_records")
"""Query parameters that every write takes. Source: clients send return_timeout also where nothing is asynchronous, and fields and
max_records where they mean nothing."""

CURSOR = "start."
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


Place = tuple[dict[str, str], Optional[dict[str, str]]]
"""What a path says: the values of its placeholders, and the keys of the object; None for a collection, empty for a singleton."""


class Call:
    """A request that has found its resource, whose `place` the router has read from the path."""

    def __init__(self, world: World, request: Request, resource: Resource, family: Family, place: Place) -> None:
        self.world = world
        self.request = request
        self.resource = resource
        self.family = family
        self.parents, self.keys = place
        self.scope: str | None = None
        """The name or uuid of the SVM to which the call is confined."""
        self.page_cut: int | None = None
        """How many records a page may have at most, because of a fault."""

    @property
    def own(self) -> tuple[str, ...]:
        """The query parameters that the resource has for this method."""
        return self.resource.methods["GET" if self.request.method == "HEAD" else self.request.method]

    def options(self) -> dict[str, str]:
        """The values of the query parameters that are the resource's own."""
        return {name: value for name, value in self.request.query if name in self.own}

    def filters(self, generic: tuple[str, ...]) -> list[Filter]:
        """The parameters that select records; a parameter that means nothing is an error."""
        known = {name: field for name, field in self.resource.fields.items() if field.since <= self.world.version}
        found = []
        for name, value in self.request.query:
            if name in generic or name in self.own or name.startswith(CURSOR):
                continue
            made = public_filter(known, name, value)
            if made is None:
                raise errors.unknown_query(name)
            found.append(made)
        return found

    def flag(self, name: str, default: bool) -> bool:
        """A query parameter that is true or false."""
        value = self.request.value(name)
        if value is None or value == "":
            return default
        if value.lower() not in ("true", "false"):
            raise errors.bad_value(name, value)
        return value.lower() == "true"

    def number(self, name: str, default: int, low: int, high: int) -> int:
        """A query parameter that is a whole number within limits."""
        value = self.request.value(name)
        if value is None or value == "":
            return default
        if not re.fullmatch(r"\d{1,12}", value):
            raise errors.bad_value(name, value)
        if not low <= int(value) <= high:
            raise errors.out_of_range(name, value, low, high)
        return int(value)

    def timeout(self, default: int) -> int:
        """return_timeout: how long to wait for a job. Source: API documentation: 0 to 120."""
        return self.number("return_timeout", default, 0, 120)

    def in_scope(self, record: Row) -> bool:
        """Whether the record belongs to the SVM to which the call is confined."""
        where = self.resource.svm_field
        if self.scope is None or where is None:
            return True
        svm: Any = record.get(where) if where else record
        return bool(svm) and self.scope in (svm.get("name"), svm.get("uuid"))

    def records(self) -> list[Row]:
        """Every object that the call can see."""
        rows = self.family.rows(self.world, self.parents)
        return [row for row in rows if self.in_scope(row)]

    def record(self) -> Row:
        """The object of an instance path or singleton, or a refusal."""
        if self.resource.singleton:
            return next(iter(self.family.rows(self.world, {})))
        keys = self.keys or {}
        for name, value in keys.items():
            if name.endswith("uuid") and not UUID.fullmatch(value):
                raise errors.bad_key(name, value)
        record = self.family.find(self.world, {**self.parents, **keys})
        if record is None or not self.in_scope(record):
            raise errors.no_entry()
        return record
