# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a family of objects meets the API: what there is to see, and what may be done to it.

The API layer (`api/`) parses, checks against `schema.py`, filters, projects, pages and answers; a family only knows its
objects and its rules. Bodies arrive nested (dotted keys expanded), with numbers and sizes as numbers, and only with
fields that the schema lets the request set at the simulated release.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..store import Row
from .refusal import Refusal
from .world import World


def flag(query: dict[str, str], name: str) -> bool:
    """A query parameter of a method that is true or false, and false when it is not given."""
    value = query.get(name) or "false"
    if value.lower() not in ("true", "false"):
        raise Refusal(400, "262247", f'Invalid value "{value}" for field "{name}".', name)
    return value.lower() == "true"


def listed(query: dict[str, str], name: str) -> list[str]:
    """A query parameter of a method that is a list, written with commas or bars."""
    return [part for part in (query.get(name) or "").replace("|", ",").split(",") if part]


def value_at(row: Row, name: str) -> Any:
    """The value of a field by its dotted name, or None."""
    value: Any = row
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


class Family:
    """One REST collection (`path`, such as "/cluster/nodes"), or a singleton such as "/cluster"."""

    path: str = ""
    singleton: bool = False
    parents: dict[str, str] = {}
    """For a sub-collection: the placeholders of the path, such as volume.uuid, and the tables whose keys are their values."""

    def parent(self, world: World, parents: dict[str, str]) -> Row | None:
        """The object below which the path leads, or None when there is none such."""
        found = [world.store.table(table).get(parents[name]) for name, table in self.parents.items()]
        return None if None in found else found[0]

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every object as its full API record (nested dict).

        `parents` has the values of the path's placeholders; one that is left out means the objects of every parent.
        """
        raise NotImplementedError

    def listed(self, world: World, record: Row, query: dict[str, str]) -> bool:
        """Whether a GET of the collection has this record, by the resource's own query parameters."""
        return True

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """The one object whose key fields (dotted names) have these values, or None."""
        for row in self.rows(world, {name: keys[name] for name in self.parents if name in keys}):
            if all(str(value_at(row, name)) == value for name, value in keys.items()):
                return row
        return None

    def absent(self, world: World, method: str, keys: dict[str, str]) -> None:
        """Refuse a request to one object that is not there, where ONTAP has more to say than that."""

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Carry out a POST."""
        raise Refusal(405, "3", "The method POST is not supported on this resource.")

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Carry out a PATCH of the one object whose API record is given."""
        raise Refusal(405, "3", "The method PATCH is not supported on this resource.")

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Carry out a DELETE of the one object whose API record is given."""
        raise Refusal(405, "3", "The method DELETE is not supported on this resource.")


class Outcome:
    """What became of a write: done at once (perhaps with the key of a new object), or left to a job.

    `key` is what the path of the new object ends in: the value of its own key field (without its parents'), or of several in
    the order of the schema, as a tuple or joined by slashes.
    """

    def __init__(self, key: str | tuple[str, ...] | None = None, job: str | None = None, output: str | None = None) -> None:
        self.key = key
        self.job = job
        self.output = output


DONE = Outcome()


class CliCommand:
    """A directory of the private CLI (`path`, such as "storage/failover") with its columns and actions.

    `keys` always come in a GET; other columns only when named in `fields`. `actions` maps the last word of a path
    ("takeover") to the HTTP methods that it accepts and the function that carries it out.
    """

    path: str = ""
    keys: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()

    def rows(self, world: World) -> Iterable[Row]:
        """Every row of the command's show form: flat, with underscores, values of CLI types."""
        raise NotImplementedError

    def listed(self, row: Row) -> bool:
        """Whether the show form has a row when nothing selects rows."""
        return True

    def modify(self, world: World, row: Row, body: Row) -> Outcome:
        """Carry out the modify form on one row; keys of the body have underscores."""
        raise Refusal(405, "3", "The method PATCH is not supported on this resource.")

    def actions(self, world: World) -> dict[str, CliAction]:
        """The action words below this directory, each a CliAction."""
        return {}


class CliAction:
    """An action word of a CLI directory: the methods it takes, its parameters, and what it does.

    `run(world, body) -> Outcome`; `rows(world)` serves a GET on the same path (show-takeover is GET .../takeover).
    """

    def __init__(
        self, methods: tuple[str, ...], parameters: tuple[str, ...], run: Any, rows: Any = None, columns: tuple[str, ...] = ()
    ) -> None:
        self.methods = methods
        self.parameters = parameters
        self.run = run
        self.rows = rows
        self.columns = columns
