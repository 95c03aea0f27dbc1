# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One call of a resource: who is meant, and what the query says."""

from __future__ import annotations

import re
from typing import Any, Optional

from ..model.family import Family, value_at
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

READS = ("GET", "HEAD")
CURSOR = "start."
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


EVERY = "*"
"""In the place of a parent's key: every parent. Source: API reference, bulk operations on snapshots; for others a choice."""

Place = tuple[dict[str, str], Optional[dict[str, str]]]
"""What a path says: the values of its placeholders, and the keys of the object; None for a collection, empty for a singleton."""


class Call:
    """A request that has found its resource, whose `place` the router has read from the path."""

    def __init__(self, world: World, request: Request, resource: Resource, family: Family, place: Place) -> None:
        self.world = world
        self.request = request
        self.resource = resource
        self.family = family
        placeholders, self.keys = place
        self.parents = {name: value for name, value in placeholders.items() if value != EVERY}
        """The keys of the objects below which the path leads; without those that are every one of their kind."""
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
            made = public_filter(known, self.resource.aliases.get(name, name), value)
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
        if self.scope is None:
            return True
        if where is None:
            keys = {name: str(value_at(record, name)) for name in self.resource.parents}
            return not keys or self._parent_in_scope(keys)
        svm: Any = record.get(where) if where else record
        return bool(svm) and self.scope in (svm.get("name"), svm.get("uuid"))

    def _parent_in_scope(self, keys: dict[str, str]) -> bool:
        parent = self.family.parent(self.world, keys)
        svm = (parent or {}).get("svm") or {}
        return parent is not None and (self.scope is None or not svm or self.scope in (svm.get("name"), svm.get("uuid")))

    def check_parents(self) -> None:
        """Refuse a path below an object that is not there."""
        for name, value in self.parents.items():
            self._check_key(name, value)
        if self.resource.parents == tuple(self.parents) and self.parents and not self._parent_in_scope(self.parents):
            raise errors.no_entry()

    def _check_key(self, name: str, value: str) -> None:
        number = self.resource.fields[name].kind == "integer"
        if (number and not value.isdigit()) or (name.endswith("uuid") and not UUID.fullmatch(value)):
            raise errors.bad_key(name, value)

    def parents_of(self, body: Row) -> tuple[dict[str, str], Row]:
        """The parents' keys of an object that a body describes, from the path or the body, and the body without them."""
        keys, rest = dict(self.parents), dict(body)
        for name in self.resource.parents:
            head, _dot, attribute = name.partition(".")
            wanted = rest.pop(head, None)
            if wanted is None and name in keys:
                continue
            value = self._parent_key(name, attribute, wanted, body)
            if keys.setdefault(name, value) != value:
                raise errors.bad_value(name, value)
        if keys and not self._parent_in_scope(keys):
            raise errors.no_entry()
        return keys, rest

    def _parent_key(self, name: str, attribute: str, wanted: Any, body: Row) -> str:
        """The key of a parent that a body names by it, or by its name (and its SVM)."""
        if not isinstance(wanted, dict) or not (wanted.get(attribute) or wanted.get("name")):
            raise errors.required(name)
        if wanted.get(attribute):
            return str(wanted[attribute])
        svm = body.get("svm") or {}
        table = self.family.parents.get(name)
        if table is None:
            raise errors.required(name)
        for row in self.world.store.each(table, name=wanted["name"]):
            if all(row.get("svm", {}).get(key) == value for key, value in svm.items()):
                return str(row[attribute])
        raise errors.no_entry()

    def records(self) -> list[Row]:
        """Every object that the call can see."""
        rows = (row for row in self.family.rows(self.world, self.parents) if self.in_scope(row))
        if self.request.method not in READS or not self.own:
            return list(rows)
        options = self.options()
        return [row for row in rows if self.family.listed(self.world, row, options)]

    def record(self) -> Row:
        """The object of an instance path or singleton, or a refusal."""
        if self.resource.singleton:
            return next(iter(self.family.rows(self.world, {})))
        keys = self.keys or {}
        for name, value in keys.items():
            self._check_key(name, value)
        record = self.family.find(self.world, {**self.parents, **keys})
        if record is None:
            self.family.absent(self.world, self.request.method, {**self.parents, **keys})
        if record is None or not self.in_scope(record):
            raise errors.no_entry()
        return record
