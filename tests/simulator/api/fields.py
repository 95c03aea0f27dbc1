# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which fields of a record an answer has, and its links."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from ..schema import Resource
from ..store import Row
from .errors import unknown_query
from .query import first_at

Tree = dict[str, Any]
LINKED = {
    "svm": "/svm/svms",
    "consistency_group": "/application/consistency-groups",
    "consistency_groups": "/application/consistency-groups",
    "parent_consistency_group": "/application/consistency-groups",
    "node": "/cluster/nodes",
    "home_node": "/cluster/nodes",
    "partners": "/cluster/nodes",
    "aggregate": "/storage/aggregates",
    "aggregates": "/storage/aggregates",
    "destination_aggregate": "/storage/aggregates",
    "volume": "/storage/volumes",
    "volumes": "/storage/volumes",
    "fc": "/network/fc/interfaces",
    "igroup": "/protocols/san/igroups",
    "igroups": "/protocols/san/igroups",
    "ip": "/network/ip/interfaces",
    "lun": "/storage/luns",
    "luns": "/storage/luns",
    "portset": "/protocols/san/portsets",
}
"""References that carry a link when their uuid is shown. Source: API documentation, HAL; the list is a choice."""


def wanted(resource: Resource, version: tuple[int, ...], asked: str | None, instance: bool) -> set[str]:
    """The names of the leaf fields that a request asks for; `asked` is the value of its parameter fields.

    Source: API documentation: * is all but the expensive ones, ** is all, a parent selects everything below it; without
    fields a collection has the identity only and an instance the default set. Trailing commas and repeats come from clients.
    """
    known = resource.readable(version)
    open_fields = {name for name, field in known.items() if "h" not in field.flags}
    default = open_fields - resource.expensive
    found = {name for name in resource.identity if name in known}
    if asked is None:
        return found | default if instance else found
    for name in filter(None, (part.strip() for part in asked.split(","))):
        if name in ("*", "**"):
            found |= default if name == "*" else open_fields
            continue
        chosen = {field for field in known if field == name or field.startswith(f"{name}.")}
        if not chosen and name != "_links":
            raise unknown_query(name)
        found |= chosen
    return found


def tree(names: Iterable[str]) -> Tree:
    """Dotted names, in their order, as a tree whose leaves are None."""
    root: Tree = {}
    for name in names:
        at = root
        *parents, last = name.split(".")
        for part in parents:
            at = at.setdefault(part, {})
        at[last] = None
    return root


class Projection:
    """Cuts records down to the fields of an answer."""

    def __init__(self, resource: Resource, names: set[str], hal: bool) -> None:
        self._resource = resource
        self._tree = tree([*resource.identity, *(name for name in resource.fields if name in names and name not in resource.identity)])
        self._hal = hal

    def __call__(self, record: Row) -> Row:
        """The part of the record that is shown, with its link."""
        view = self._cut(record, self._tree)
        link = self.link(record)
        if self._hal and link:
            view["_links"] = {"self": {"href": link}}
        return view

    def link(self, record: Row) -> str | None:
        """The path of the object itself, where it has one."""
        resource = self._resource
        if resource.singleton:
            return f"/api{resource.path}"
        return address(resource, record) if resource.keys else None

    def _cut(self, record: Row, shown: Tree) -> Row:
        view: Row = {}
        for name, below in shown.items():
            value = record.get(name)
            if value is None:
                continue
            if below is None:
                view[name] = value
            elif isinstance(value, list):
                view[name] = [self._part(name, item, below) for item in value]
            else:
                part = self._part(name, value, below)
                if part:
                    view[name] = part
        return view

    def _part(self, name: str, value: Row, below: Tree) -> Row:
        part = self._cut(value, below)
        if self._hal and name in LINKED and "uuid" in part:
            part["_links"] = {"self": {"href": f"/api{LINKED[name]}/{part['uuid']}"}}
        return part


def address(resource: Resource, record: Row) -> str:
    """The path of an object: the resource's own, with the keys of its parents in their places, and the keys of the object."""
    return location(resource, {name: quote(str(first_at(record, name.split("."))), safe="") for name in resource.keys})


def location(resource: Resource, keys: dict[str, str]) -> str:
    """The path of the object with these keys, which are quoted already."""
    parts = (keys[part[1:-1]] if part[0] == "{" else part for part in resource.parts)
    return "/".join(("/api", *parts, *(keys[name] for name in resource.own_keys)))
