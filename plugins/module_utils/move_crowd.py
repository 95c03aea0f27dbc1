# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of many volumes in one task: begun one after the other, so many at a time, and watched together by one read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from . import ha, waiting
from .arguments import Arguments
from .bulk import Several, Writer, prepare
from .client import Client, dig
from .errors import ApiError, AuthenticationFailed, InputError, OntapError, Unreachable, WaitTimeout
from .move_run import MoveWork
from .movement import LOOK, Movement, place_of_data
from .volume_fields import VOLUMES
from .volume_move import MoveGoal
from .waiting import Deadline, Pace, Progress

PART = 50
"""Volumes of one read: their uuids fit into an address (client.QUERY_LENGTH)."""

STUMBLES = 5
"""How many looks in a row may end in an internal error of ONTAP (HTTP 500 and more) before that is the result."""


class Limits:
    """How many moves a task may have under way: in all, and such that read from or write to aggregates of the same node."""

    def __init__(self, in_all: int | None = None, per_node: int | None = None) -> None:
        self.in_all = in_all
        self.per_node = per_node
        self._nodes: dict[str, str] = {}

    def learn(self, client: Client, works: list[MoveWork]) -> None:
        """Read which nodes serve the aggregates, where that matters."""
        names = {name for work in works for name in _aggregates(work)}
        if self.per_node and len(works) > self.per_node:
            self._nodes = {one["name"]: dig(one, "node.name") for one in client.select(ha.AGGREGATES, ["node.name"], {"name": names})}

    def allow(self, work: MoveWork, watched: list[MoveWork]) -> bool:
        """Whether the move may begin beside those that are under way; one that goes on already needs no leave."""
        if work.is_under_way:
            return True
        if self.in_all and len(watched) >= self.in_all:
            return False
        busy = [node for one in watched for node in self._nodes_of(one)]
        return not self._nodes or all(busy.count(node) < (self.per_node or 0) for node in self._nodes_of(work))

    def _nodes_of(self, work: MoveWork) -> set[str]:
        return {self._nodes[name] for name in _aggregates(work) if name in self._nodes}


def _aggregates(work: MoveWork) -> set[str]:
    """Where the volume is, and where it goes; nothing for a volume that does not move."""
    destination = work.goal.destination or Movement(work.state).destination
    return {place_of_data(work.state), destination} if work.is_to_move and destination else set()


class Crowd:
    """The volumes of a task whose plans are made, and how many of them may be under way, unless nobody waits for them.

    `on_error` is the option of the module: what becomes of the rest when one fails.
    """

    def __init__(
        self, client: Client, works: list[MoveWork], deadline: Deadline, limits: Limits | None = None, on_error: str = "continue"
    ) -> None:
        self.client = client
        self.works = works
        self.deadline = deadline
        self.limits = limits if limits and all(work.wait for work in works) else Limits()
        self.on_error = on_error
        self._left = sorted(works, key=lambda work: not work.is_under_way)
        self._stumbles = 0
        self._telling = waiting.Telling("The cluster", client.report)

    @property
    def watched(self) -> list[MoveWork]:
        """Those whose moves are under way."""
        return [work for work in self.works if work.is_watched]

    def run(self) -> None:
        """Begin all, and watch them until each has a result or an error; one that was never begun has neither."""
        try:
            waiting.wait(self._look, self.deadline, "the moves", pace=self)  # type: ignore[arg-type]
        except WaitTimeout:
            for work in self.watched:
                work.time_out()
            for work in self._left:
                text = f"{work.goal.what} was not begun within {self.deadline.seconds:.0f} seconds; nothing was changed."
                work.error = WaitTimeout(text, hint="Raise wait_timeout, or concurrency; run the task again to go on.")

    def pauses(self) -> Iterator[float]:
        """The pauses between two looks: as the one that wants to be looked at soonest needs it."""
        pace = Pace()
        while True:
            yield min((work.pause(pace) for work in self.watched), default=pace.first)

    def _look(self) -> Progress:
        before = self.watched
        if before:
            self._see(before)
        self._begin_more()
        if self.on_error == "leave" and self._over():
            for work in self.watched:
                work.leave()
        return Progress(not self._left and not self.watched, "")

    def _see(self, works: list[MoveWork]) -> None:
        """Take one look at all of them. An address that is silent, and a server that stumbles, are waited out."""
        try:
            records = self._read([str(work.goal.uuid) for work in works])
        except Unreachable as error:
            self._telling.see(Progress(False, f"the management address does not answer ({error.message})"))
            raise
        except OntapError as error:
            self._stumbles += 1
            passing = isinstance(error, ApiError) and int(error.facts.get("status") or 0) >= 500 and self._stumbles < STUMBLES
            for work in works if not passing else ():
                mine = copy.copy(error)
                mine.facts = dict(error.facts)
                work.fail(mine)
            return
        self._stumbles = 0
        for work in works:
            work.see(records.get(str(work.goal.uuid)))

    def _read(self, uuids: list[str]) -> dict[str, dict[str, Any]]:
        """The volumes in as few reads as fit into addresses; never more than these, for their movement is costly to tell."""
        parts = [uuids[at : at + PART] for at in range(0, len(uuids), PART)]
        return {record["uuid"]: record for part in parts for record in self.client.select(VOLUMES, LOOK, {"uuid": part})}

    def _begin_more(self) -> None:
        """Begin those for which there is room, in their order; one that has to wait for its nodes holds up no other."""
        for work in list(self._left):
            if self._over():
                self._left = []
            if work not in self._left or (len(self._left) < len(self.works) and self.deadline.left() <= 0):
                return
            if self.limits.allow(work, self.watched):
                self._left.remove(work)
                work.begin()

    def _over(self) -> bool:
        """Whether no more are begun; those that are under way are watched to their end, unless they are to be left."""
        errors = [work.error for work in self.works if work.error is not None]
        return any(self.on_error != "continue" or isinstance(error, (Unreachable, AuthenticationFailed)) for error in errors)


class SeveralMoves(Several):
    """The run of a task with items."""

    def __init__(self, client: Client, works: list[MoveWork], params: dict[str, Any]) -> None:
        super().__init__(client, list(works), params["on_error"] == "continue")
        self.moves = works
        self.on_error: str = params["on_error"]
        self.limits = Limits(params["concurrency"], params["concurrency_per_node"])

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read, plan and validate everything; then begin, watch, and tell."""
        self._refuse_twins()
        prepare(self.client, self.goals)
        for number, work in enumerate(self.moves):
            self._try(number, work.look)
        self._refuse_the_same()
        if not self.failed or self.go_on:
            self._carry_out(check_mode)
        warnings = [text for result in self.results for text in result.pop("warnings", None) or []]
        found = self._result()
        return {**found, "warnings": list(dict.fromkeys(warnings))} if warnings else found

    def _carry_out(self, check_mode: bool) -> None:
        going = [(number, work) for number, work in enumerate(self.moves) if number not in self.failed]
        if check_mode:
            for number, work in going:
                if not self._over():
                    self._try(number, work.forecast)
            return
        if going:
            self._run([work for _number, work in going])
        for number, work in going:
            if work.is_over:
                self._try(number, work.outcome)
                self.results[number]["object"] = work.goal.what
                if work.error is not None:
                    self.results[number].update(work.error.more)

    def _run(self, works: list[MoveWork]) -> None:
        self.limits.learn(self.client, [work for work in works if work.is_to_move])
        Crowd(self.client, works, works[0].deadline, self.limits, self.on_error).run()

    def _refuse_the_same(self) -> None:
        """A volume can be named in two ways."""
        uuids = [goal.uuid for goal in self.goals if goal.uuid]
        twice = {uuid for uuid in uuids if uuids.count(uuid) > 1}
        if twice:
            raise InputError(f"items has the volume {sorted(twice)[0]} more than once.")


class MoveWriter(Writer):
    """The module volume_move."""

    def __init__(self, options: Arguments, more: Arguments, timeout: int) -> None:
        super().__init__(options, MoveGoal, timeout)
        self.arguments = self.arguments.merge(more)
        self.arguments.options["on_error"] = {"type": "str", "choices": ["stop", "leave", "continue"], "default": "stop"}

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Carry out the task."""
        if not params["progress"]:
            client.report = None
        for limit in ("concurrency", "concurrency_per_node"):
            if params[limit] is not None and params[limit] < 1:
                raise InputError(f"{limit} is {params[limit]}; at least one move at a time is needed.", target=limit)
        own = {name: params[name] for name in self.options.options}
        items = [own] if params["items"] is None else [{**own, **item} for item in params["items"]]
        checked = self._checked(items, params["items"] is not None)
        works = [MoveWork(client, MoveGoal(client, item), Deadline(params["wait_timeout"]), params["wait"]) for item in checked]
        if params["items"] is not None:
            return SeveralMoves(client, works, params).run(check_mode)
        (work,) = works
        prepare(client, [work.goal])
        work.look()
        if check_mode:
            return work.forecast()
        Crowd(client, works, work.deadline).run()
        return work.outcome()
