# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pure: what is + what is wanted -> the steps between them, and the diff that shows them. Nothing here sends anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from .errors import Refused
from .fields import Field, join
from .waiting import Deadline


class Step:
    """One request of a plan.

    name: the verb that `actions` shows; path: below /api, or a function that gives it when the step's turn has come (an object that an
    earlier step makes has no uuid before); asynchronous: ONTAP may answer with a job (and takes return_timeout); fallback: the same step
    in another form, sent only when ONTAP does not support the method, or refuses with a code of `refused_by`; ready: called before the
    request is sent, with the deadline; it waits until the step can be taken, and returns False when somebody else has taken it meanwhile.
    closed: the same step by another way, for an account that may not go this one; send: carries the step out where that is no REST request.
    """

    refused_by: tuple[str, ...] = ()
    closed: Step | None = None
    send: Callable[[], Any] | None = None

    def __init__(
        self,
        name: str,
        method: str,
        path: str | Callable[[], str],
        *,
        body: Any = None,
        query: dict[str, Any] | None = None,
        asynchronous: bool = False,
        fallback: Step | None = None,
        ready: Callable[[Deadline], bool] | None = None,
    ) -> None:
        self.name = name
        self.method = method
        self.path = path
        self.body = body
        self.query = query
        self.asynchronous = asynchronous
        self.fallback = fallback
        self.ready = ready

    def address(self) -> str:
        """The path, when the step's turn has come."""
        return self.path() if callable(self.path) else self.path


class Plan:
    """The steps to take, and the view of the object after them (None: absent).

    pending: no step of ours is needed and the goal is not reached yet, because somebody else's work is under way.
    """

    def __init__(self, steps: Iterable[Step] = (), after: dict[str, Any] | None = None, pending: bool = False) -> None:
        self.steps = list(steps)
        self.after = after
        self.pending = pending

    @property
    def actions(self) -> list[str]:
        """The verbs of the steps, in order."""
        return [step.name for step in self.steps]


def view(fields: Iterable[Field], record: dict[str, Any] | None) -> dict[str, Any] | None:
    """An API record in playbook words."""
    if record is None:
        return None
    return {field.option: field.read(record) for field in fields}


def wanted(fields: Iterable[Field], params: dict[str, Any]) -> dict[str, Any]:
    """What a task asks for: the options that are fields and are not None, in the form that results show."""
    return {field.option: field.codec.normal(params[field.option]) for field in fields if params.get(field.option) is not None}


def changes(fields: Iterable[Field], before: dict[str, Any], desired: dict[str, Any], what: str) -> list[Field]:
    """The fields whose current value differs from the desired one; an immutable one among them is refused."""
    differing = [field for field in fields if field.option in desired and field.differs(before.get(field.option), desired[field.option])]
    for field in differing:
        if field.immutable:
            raise Refused(
                f"{what}: {field.option} is {before.get(field.option)!r} and cannot be changed to {desired[field.option]!r}.",
                hint=field.remedy,
                target=field.path,
            )
    return differing


def body_of(fields: Iterable[Field], desired: dict[str, Any]) -> dict[str, Any]:
    """The request body that sets these fields."""
    return join([field.write(desired[field.option]) for field in fields if field.option in desired])


def diff(before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    """Before and after as Ansible shows them; an absent object is an empty one."""
    return {"before": before or {}, "after": after or {}}
