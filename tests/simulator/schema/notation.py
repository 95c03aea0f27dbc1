# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the fields of a resource are written down, one per line: name, type, flags, release, values.

    ha.takeover.state string r @9.7 not_possible|not_attempted|in_takeover
        |in_progress|failed

A name part that ends in [] is a list of objects; a type that does is a list of values. Flags: `r` a GET may return it, `c` a
POST may set it, `u` a PATCH may set it, `h` it is returned only when it is named. No release: as old as the resource. A
line that starts with | goes on with the values. The flags are those that are published: a model may refuse to carry out
what the schema allows, never the other way round.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from typing import Any

Version = tuple[int, ...]
TYPES = ("string", "integer", "number", "boolean", "datetime")


def parse_version(text: str) -> tuple[int, int, int]:
    """A release as three numbers: 9.7 is (9, 7, 0)."""
    parts = [int(part) for part in text.split(".")]
    generation, major, minor = (parts + [0, 0])[:3]
    return generation, major, minor


class Field:
    """One leaf of a record."""

    def __init__(self, line: str, since: Version) -> None:
        words = line.split()
        self.notation, self.type, self.flags = words[:3]
        self.name = self.notation.replace("[]", "")
        rest = words[3:]
        self.since: Version = parse_version(rest.pop(0)[1:]) if rest and rest[0].startswith("@") else since
        self.values = [one.partition("@")[0] for one in rest[0].split("|")] if rest else []
        self.is_list = self.type.endswith("[]")
        self.kind = self.type.replace("[]", "")
        if self.kind not in TYPES:
            raise ValueError(f"no type is called {self.type}: {line}")

    def __repr__(self) -> str:
        return f"Field({self.notation} {self.type} {self.flags})"


class Resource:
    """A collection or singleton of the API: its path, keys, fields, methods and their query parameters.

    `identity` always comes in a GET (the keys and the names), `order` sorts a collection when the request does not say how,
    `methods` has the query parameters of each method (without those that all of them take), and `background` names the
    methods that may end in a job (202). `expensive` holds patterns of fields that come only when they are named, or with **.

    The path of a sub-collection has its parents' keys in braces, in dotted words, and they are the first of its keys:
    "/storage/volumes/{volume.uuid}/snapshots" has the keys volume.uuid and uuid. `parents` and `own_keys` tell them apart.
    `aliases` are other names of fields in paths and queries. `in_patch` has patterns of fields that a PATCH takes although the flags do not
    say so: those that name or describe the elements of a list. `as_text` are lists of objects in which a text stands for an object of
    that name; `most` says how many elements a list may have in a request.
    """

    def __init__(self, path: str, text: str, **more: Any) -> None:
        self.path = path
        self.since: Version = parse_version(more.pop("since", "9.6"))
        self.parts = path.strip("/").split("/")
        self.parents = tuple(part[1:-1] for part in self.parts if part.startswith("{"))
        self.keys: tuple[str, ...] = more.pop("keys", ())
        self.own_keys = self.keys[len(self.parents) :]
        self.identity: tuple[str, ...] = more.pop("identity", self.keys)
        self.order: str = more.pop("order", ",".join(sorted(self.identity, key=lambda name: name in self.keys)))
        self.methods: dict[str, tuple[str, ...]] = more.pop("methods", {"GET": ()})
        self.background: tuple[str, ...] = more.pop("background", ())
        self.aliases: dict[str, str] = more.pop("aliases", {})
        self.singleton: bool = more.pop("singleton", False)
        self.sdk: tuple[str, str] = more.pop("sdk")
        expensive: tuple[str, ...] = more.pop("expensive", ())
        in_patch: tuple[str, ...] = more.pop("in_patch", ())
        self.as_text: tuple[str, ...] = more.pop("as_text", ())
        self.most: dict[str, int] = more.pop("most", {})
        if more:
            raise TypeError(f"{path}: unknown {', '.join(more)}")
        if self.keys[: len(self.parents)] != self.parents:
            raise ValueError(f"{path}: the keys of the parents come first")
        self.fields = {field.name: field for field in (Field(line, self.since) for line in _lines(text))}
        self.lists = {part for field in self.fields.values() for part in _list_parts(field.notation)}
        self.in_patch = {name for name in self.fields if any(_covers(pattern, name) for pattern in in_patch)}
        self.expensive = {name for name in self.fields if any(_covers(pattern, name) for pattern in expensive)}

    @property
    def svm_field(self) -> str | None:
        """The name under which an object refers to its SVM ("svm"), "" for SVMs themselves, None for objects of the cluster."""
        if self.path == "/svm/svms":
            return ""
        return "svm" if "svm.name" in self.fields and self.path != "/cluster/jobs" else None

    def readable(self, version: Version) -> dict[str, Field]:
        """The fields that a GET can return at a release."""
        return {name: field for name, field in self.fields.items() if set("rh") & set(field.flags) and field.since <= version}


def _lines(text: str) -> Iterable[str]:
    line = ""
    for raw in text.strip().splitlines():
        if raw.strip().startswith("|"):
            line += raw.strip()
            continue
        if line:
            yield line
        line = raw.strip()
    yield line


def _list_parts(notation: str) -> Iterable[str]:
    parts = notation.split(".")
    for count in range(1, len(parts)):
        if parts[count - 1].endswith("[]"):
            yield ".".join(parts[:count]).replace("[]", "")


def _covers(pattern: str, name: str) -> bool:
    return name.startswith(f"{pattern}.") or fnmatch.fnmatchcase(name, pattern)
