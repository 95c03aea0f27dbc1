# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects with attributes: what a kind of object is, and the goal that one of them has these attributes or is absent.

A module describes its kind with a Resource and, where ONTAP or care for the data wants more than "send what differs",
overrides the small methods of ObjectGoal: which object is meant, what else must be read, what is refused, which steps it takes.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any

from . import plan as plans
from . import waiting
from .client import Answer, Client, dig
from .errors import Ambiguous, ApiError, InputError, OntapError, Refused
from .fields import Field
from .plan import Plan, Step
from .resource import Goal, Work
from .version import require

UNKNOWN_FIELD = "262197"
"""ONTAP's code for a field that the release does not know. Source: API reference, common errors."""

Key = tuple[str, ...]
Index = dict[Key, list[dict[str, Any]]]
_UNREAD: Any = object()


class Resource:
    """A kind of object: where it lives, what identifies it, its fields, and whether its writes may become jobs.

    A singleton has a path and no identity. The last field of `identity` is the object's name. `assigned`: what ONTAP gives
    to the object by itself (uuid, serial number); it is always read, and unknown in the forecast of a creation. `key`: the
    fields of a record that its own path ends in.
    """

    def __init__(
        self,
        noun: str,
        path: str,
        identity: tuple[Field, ...],
        fields: tuple[Field, ...],
        *,
        assigned: tuple[Field, ...] = (),
        asynchronous: bool = False,
        key: tuple[str, ...] = ("uuid",),
    ) -> None:
        self.noun = noun
        self.path = path
        self.identity = identity
        self.fields = fields
        self.assigned = assigned
        self.asynchronous = asynchronous
        self.key = key

    @property
    def everything(self) -> tuple[Field, ...]:
        """Identity and other fields together, without what is assigned."""
        return self.identity + self.fields


class ObjectGoal(Goal):
    """The goal that one object of a resource has these attributes, or is absent (params["state"] is absent)."""

    resource: Resource

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.client = client
        self.params = params
        self.present = params.get("state") != "absent"
        self.desired = self.wish()
        self.old_name: str | None = params.get("from_name") if self.present else None
        self.what = " ".join([self.resource.noun, *(str(self.desired.get(field.option)) for field in self.resource.identity[-1:])])
        self._answer: dict[str, Any] = {}
        self._creating = False
        self._known: Any = _UNREAD

    # -- which object is meant -----------------------------------------------------------------------------------------

    def wish(self) -> dict[str, Any]:
        """The fields that the task asks for, in the form that results show."""
        return plans.wanted(self.resource.everything, self.params)

    def paths(self) -> Key:
        """The API fields by which the object is looked up."""
        return tuple(field.path for field in self.resource.identity)

    def keys(self) -> list[Key]:
        """The values of those fields: of the object itself first, then, for a rename, of the object under its old name."""
        values = [field.codec.encode(self.desired[field.option]) for field in self.resource.identity]
        former = [(*values[:-1], self.resource.identity[-1].codec.encode(self.old_name))] if self.old_name else []
        return [tuple(values), *former]

    def area(self) -> dict[str, str]:
        """Wider terms that hold for the object, for a read of so many that their names do not fit into a query."""
        return {}

    def asked(self) -> list[str]:
        """The API fields that a read must bring."""
        fields = [field for field in self.resource.fields if field.option in self.desired]
        return [field.path for field in (*self.resource.identity, *fields, *self.resource.assigned)] + list(self.resource.key)

    def choose(self, index: Index) -> dict[str, Any] | None:
        """The record that is meant, out of those that were read; two of one name, or both names of a rename, are an error."""
        wanted, *former = self.keys()
        for key in (wanted, *former):
            if len(index.get(key, ())) > 1:
                raise Ambiguous(f"{len(index[key])} objects of {self.resource.path} are called {self.what}.", hint="Give the uuid.")
        found, old = index.get(wanted), [index[key][0] for key in former if key in index]
        if found and old:
            uuids = f"{found[0].get('uuid')} and {old[0].get('uuid')}"
            raise Ambiguous(
                f"{self.what}: both this name and the old name {self.old_name} exist ({uuids}).",
                hint="Rename or delete one of them, or leave from_name out.",
            )
        if not found and former and not old:
            raise InputError(
                f"{self.what} does not exist, and neither does {self.old_name}, from which it was to be renamed.",
                hint="Check the names and the SVM; leave from_name out to create it.",
            )
        return found[0] if found else (old[0] if old else None)

    # -- the questions of the engine -----------------------------------------------------------------------------------

    def read(self) -> Any:
        """The object's record, or None; a record that a read of many brought along counts once."""
        if self._known is not _UNREAD:
            state, self._known = self._known, _UNREAD
            if isinstance(state, OntapError):
                raise state
            return state
        if not self.resource.identity:
            return self.client.get(self.resource.path, self.asked())
        return self.choose(read_index(self.client, [self])[self.paths()])

    def know_from(self, index: Index) -> Any:
        """Take the record out of a read of many, so that read() need not; what is wrong with it is raised there."""
        try:
            self._known = self.choose(index)
        except OntapError as error:
            self._known = error
            return None
        return self._known

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Read what else the plans must know (who uses an object, say), once for all goals; pairs of goal and record."""

    def needs(self) -> dict[str, str]:
        """What the task uses that not every release has: {"option comment": "9.9.1"}."""
        fields = self.resource.everything
        return {f"option {field.option}": field.since for field in fields if field.since and field.option in self.desired}

    def view(self, state: Any) -> dict[str, Any] | None:
        """The record in playbook words: which object it is, what was asked for, and what ONTAP assigned."""
        fields = [field for field in self.resource.fields if field.option in self.desired]
        return plans.view([*self.resource.identity, *fields, *self.resource.assigned], state)

    def plan(self, state: Any) -> Plan:
        """Create, change or delete."""
        if not self.present:
            return self.without(state)
        return self.created() if state is None else self.changed(state)

    def created(self) -> Plan:
        """The plan that makes the object."""
        self._creating = True
        later = [field for field in self.resource.fields if field.later and field.option in self.desired]
        now = [field for field in self.resource.everything if field not in later]
        later = [field for field in later if field.differs(field.initial, self.desired[field.option])]
        query = {"return_records": True} if self.resource.assigned else None
        steps = [
            Step(
                "create",
                "POST",
                self.resource.path,
                body=plans.body_of(now, self.desired),
                query=query,
                asynchronous=self.resource.asynchronous,
            )
        ]
        if later:
            steps.append(self.patch(later))
        return Plan(steps, {**self.desired, **{field.option: None for field in self.resource.assigned}})

    def changed(self, state: dict[str, Any]) -> Plan:
        """The plan that changes what differs, in one request."""
        before = self.view(state) or {}
        differing = plans.changes(self.fields_to_compare(), before, self.desired, self.what)
        if not differing:
            return Plan(after=before)
        after = {**before, **{field.option: self.desired[field.option] for field in differing}}
        self.guard(state, before, after)
        return Plan([self.patch(differing, state)], after)

    def fields_to_compare(self) -> tuple[Field, ...]:
        """The fields that may differ: with a rename, the name is one of them."""
        return self.resource.fields + (self.resource.identity[-1:] if self.old_name else ())

    def guard(self, state: dict[str, Any], before: dict[str, Any], after: dict[str, Any]) -> None:
        """Raise Refused for a change that the task did not ask for by name."""

    def without(self, state: Any) -> Plan:
        """The plan that deletes the object."""
        if state is None:
            return Plan()
        return Plan([Step("delete", "DELETE", self.path_of(state), asynchronous=self.resource.asynchronous)])

    def patch(self, fields: Iterable[Field], state: dict[str, Any] | None = None) -> Step:
        """The step that sets these fields, of the object read, or of the one that an earlier step makes."""
        body = plans.body_of(fields, self.desired)
        path = self.path_of(state) if state is not None else self.path_of_new
        return Step("modify", "PATCH", path, body=body, asynchronous=self.resource.asynchronous)

    def learn(self, step: Step, answer: Answer) -> None:
        """Keep the record of an object that was created."""
        if step.name == "create" and answer.records:
            self._answer = answer.records[0]

    def settle(self, state: Any, deadline: waiting.Deadline) -> Any:
        """Read what ONTAP assigned to a new object, unless its answer told."""
        if not (self._creating and self.resource.assigned) or dig(self._answer, self.resource.assigned[0].path) is not None:
            return None
        return self.read()

    def finish(self, after: dict[str, Any]) -> dict[str, Any]:
        """The forecast with what ONTAP assigned."""
        told = plans.view(self.resource.assigned, self._answer) or {}
        return {**after, **{option: value for option, value in told.items() if value is not None}}

    # -- helpers -------------------------------------------------------------------------------------------------------

    def path_of(self, record: dict[str, Any]) -> str:
        """The path of the object itself."""
        if not self.resource.identity:
            return self.resource.path
        return "/".join([self.resource.path, *(str(dig(record, key)) for key in self.resource.key)])

    def path_of_new(self) -> str:
        """The path of the object that this goal has just created."""
        record = self._answer if all(dig(self._answer, key) for key in self.resource.key) else self.read()
        if record is None:
            raise Refused(f"{self.what} was created and is gone again.", hint="Somebody else deletes it; settle that first.")
        return self.path_of(record)


class KindredGoal(ObjectGoal):
    """Goals of which one task may have several kinds."""

    @classmethod
    def survey(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """Let each kind of goal read what it needs, once for all of its kind."""
        kinds: dict[Any, list[tuple[Any, Any]]] = {}
        for goal, record in found:
            kinds.setdefault(type(goal), []).append((goal, record))
        for kind, pairs in kinds.items():
            kind.look_around(client, pairs)

    @classmethod
    def look_around(cls, client: Client, found: list[tuple[Any, Any]]) -> None:
        """The survey of one kind of goal."""


def read_index(client: Client, goals: list[ObjectGoal]) -> dict[Key, Index]:
    """What there is of the objects that these goals mean: one read for all goals that are looked up by the same fields.

    An option that the release lacks is found here, before anything is written, at no cost to releases that have it.
    """
    groups: dict[Key, list[ObjectGoal]] = {}
    for goal in goals:
        groups.setdefault(goal.paths(), []).append(goal)
    found: dict[Key, Index] = {}
    for paths, members in groups.items():
        index = found.setdefault(paths, {})
        for record in _read(client, paths, members):
            index.setdefault(tuple(dig(record, path) for path in paths), []).append(record)
    return found


def _read(client: Client, paths: Key, goals: list[ObjectGoal]) -> list[dict[str, Any]]:
    keys = list(itertools.chain.from_iterable(goal.keys() for goal in goals))
    wanted = {path: {key[place] for key in keys} for place, path in enumerate(paths)}
    areas = [goal.area() for goal in goals]
    area = {name: {one[name] for one in areas} for name in areas[0] if all(name in one for one in areas)}
    fields = list(dict.fromkeys(field for goal in goals for field in goal.asked()))
    needs = {what: since for goal in goals for what, since in goal.needs().items()}
    try:
        return list(client.select(goals[0].resource.path, fields, wanted, area))
    except ApiError as error:
        # Asking for the release is worth a request only now.
        if needs and error.code == UNKNOWN_FIELD:
            require(client.release(), needs)
        raise


def ensure(
    client: Client, resource: Resource, params: dict[str, Any], check_mode: bool, *, timeout: float = 300.0, wait: bool = True
) -> dict[str, Any]:
    """Bring one object to what the task asks for; params["state"] is present (default) or absent."""
    kind = type("Plain", (ObjectGoal,), {"resource": resource})
    return Work(client, kind(client, params), waiting.Deadline(timeout), wait).run(check_mode)
