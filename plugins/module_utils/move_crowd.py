# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Moves of many volumes in one task: begun one after the other, so many at a time, and watched together by one read."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from . import waiting
from .arguments import Arguments
from .bulk import Several, Writer, prepare
from .client import Client
from .errors import ApiError, AuthenticationFailed, InputError, OntapError, Unreachable, WaitTimeout
from .move_run import MoveWork
from .movement import LOOK
from .volume_fields import VOLUMES
from .volume_move import MoveGoal
from .waiting import Deadline, Pace, Progress

PART = 50
"""Volumes of one read: their uuids fit into an address (client.QUERY_LENGTH)."""

STUMBLES = 5
"""How many looks in a row may end in an internal error of ONTAP (HTTP 500 and more) before that is the result."""


class Crowd:
    """The volumes of a task whose plans are made. `concurrency`: how many moves are under way at a time, unless nobody waits for them."""

    def __init__(
        self, client: Client, works: list[MoveWork], deadline: Deadline, concurrency: int | None = None, go_on: bool = True
    ) -> None:
        self.client = client
        self.works = works
        self.deadline = deadline
        self.concurrency = concurrency if concurrency and all(work.wait for work in works) else len(works)
        self.go_on = go_on
        self._next = 0
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
            for work in self.works[self._next :]:
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
        return Progress(self._next >= len(self.works) and not self.watched, "")

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
        while self._next < len(self.works) and len(self.watched) < self.concurrency:
            if self._over():
                self._next = len(self.works)
            if self._next == len(self.works) or (self._next and self.deadline.left() <= 0):
                return
            self._next += 1
            self.works[self._next - 1].begin()

    def _over(self) -> bool:
        """Whether no more are begun; those that are under way are watched to their end."""
        errors = [work.error for work in self.works if work.error is not None]
        return any(not self.go_on or isinstance(error, (Unreachable, AuthenticationFailed)) for error in errors)


class SeveralMoves(Several):
    """The run of a task with items."""

    def __init__(self, client: Client, works: list[MoveWork], params: dict[str, Any]) -> None:
        super().__init__(client, list(works), params["on_error"] == "continue")
        self.moves = works
        self.concurrency: int | None = params["concurrency"]

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
        Crowd(self.client, [work for _number, work in going], going[0][1].deadline, self.concurrency, self.go_on).run() if going else None
        for number, work in going:
            if work.is_over:
                self._try(number, work.outcome)
                self.results[number]["object"] = work.goal.what
                if work.error is not None:
                    self.results[number].update(work.error.more)

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

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Carry out the task."""
        if not params["progress"]:
            client.report = None
        if params["concurrency"] is not None and params["concurrency"] < 1:
            raise InputError(f"concurrency is {params['concurrency']}; at least one move at a time is needed.", target="concurrency")
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
