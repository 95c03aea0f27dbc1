# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Group snapshots of any volumes of one SVM, without a lasting object: taken in one task, or started in one and committed in another.

Whatever goes wrong after the start, the fence is over when the task ends (but for `started`, whose fence has its own time), what was
taken in a part of the volumes is deleted again, known by its mark, and the temporary group is taken away. What was there before is never
touched.
"""

from __future__ import annotations

import contextlib
from typing import Any

from . import waiting
from .client import BUSY, Client
from .errors import ApiError, Busy, InputError, LostAnswer, OntapError, OperationFailed
from .group_delete import Removal, delete_snapshots
from .group_engines import ONTAPI, REST, Engine, OntapiEngine, Order, RestEngine, closed
from .group_fence import GRACE, NOT_PERMITTED, check_timeout
from .group_point import Instant, mark_of, new_mark, read_instant
from .group_scene import Scene, choose_engine
from .group_temporary import Temporary
from .ontapi import require_library
from .plan import diff

FENCED = {NOT_PERMITTED, *BUSY}
"""Codes of a start that meets a fence. Source: API reference; which of them it is, is a choice of the simulator."""

TRIES = 2
"""Starts that may get lost before the task gives up."""

PARTS = ("engine", "svm", "name", "volumes", "since", "deadline", "mark", "timeout", "temporary", "prefix")
"""What a ticket has in any case."""


class Task:
    """One run of the module; `actions` are what it has done, or would do."""

    def __init__(self, client: Client, params: dict[str, Any], check_mode: bool) -> None:
        self.client = client
        self.params = params
        self.check_mode = check_mode
        self.deadline = waiting.Deadline(params["wait_timeout"])
        client.transport.limit(self.deadline)
        self.actions: list[str] = []
        self.svm: str = params["svm"]
        self.name: str = params["name"]
        self.volumes = list(dict.fromkeys(params["volumes"]))
        self.temporary = Temporary(client, self.svm, params["temporary_prefix"], self.name, self.deadline)

    # -- states --------------------------------------------------------------------------------------------------------

    def present(self) -> dict[str, Any]:
        """Both phases, unless the snapshots are there."""
        scene = self._scene()
        if scene.of_one_instant():
            return self._found(scene)
        engine = self._engine(scene)
        steps = [*self._leaving(scene, engine), *engine.opening, "start", "commit", *engine.closing]
        if self.check_mode:
            return self._result(None, None, steps, engine.engine)
        with self._told():
            self._open(engine, scene)
            self._commit(engine)
            after = self._verified(engine)
            self._close(engine)
        return self._result(None, after, self.actions, engine.engine, fenced=engine.fenced)

    def started(self) -> dict[str, Any]:
        """The first phase only: the result has the ticket with which another task commits."""
        scene = self._scene()
        if scene.of_one_instant():
            found = self._found(scene)
            ticket = self._ticket(None, scene.instant.mark)
            return {**found, "fence": ticket}
        engine = self._engine(scene)
        steps = [*self._leaving(scene, engine), *engine.opening, "start"]
        if not self.check_mode:
            with self._told():
                self._open(engine, scene)
        result = self._result(None, None, steps if self.check_mode else self.actions, engine.engine)
        return {**result, "fence": self._ticket(engine, engine.order.mark)}

    def committed(self) -> dict[str, Any]:
        """The second phase, from the ticket."""
        ticket = self.params["fence"]
        if ticket["engine"] is None:
            scene = self._scene()
            if not scene.of_one_instant():
                raise OperationFailed(f"The {scene.what} was there when this began, and is not any more.", hint="Take it anew.")
            return self._found(scene)
        engine = self._resumed(ticket)
        if self.check_mode:
            return self._result(None, None, ["commit", *engine.closing], engine.engine)
        if waiting.clock.wall() > float(ticket["deadline"]):
            found = read_instant(self.client, self.svm, self.volumes, self.name)
            if found.proven and found.mark == ticket["mark"]:
                # An earlier task has committed it.
                return self._result(found, found, [], engine.engine)
        with self._told():
            self._commit(engine)
            after = self._verified(engine)
            self._close(engine)
        return self._result(None if self.actions else after, after, self.actions, engine.engine, fenced=engine.fenced)

    def absent(self) -> dict[str, Any]:
        """No volume has a snapshot of the name; those that are in use are renamed, when that is asked for."""
        scene = self._scene()
        before = scene.instant
        prefix = self.params["busy_prefix"] if self.params["busy"] == "rename" else None
        removal = Removal(scene, prefix, self.deadline)
        steps = [*self._leaving(scene, None), *removal.look()]
        if not self.check_mode:
            with self._told():
                self._leave(scene, None)
                removal.actions = self.actions
                removal.run()
        actions = steps if self.check_mode else self.actions
        renamed = removal.foretold if self.check_mode else removal.renamed
        return {"changed": bool(actions), "actions": actions, "record": None, "renamed": renamed, **self._gone(before)}

    # -- phases --------------------------------------------------------------------------------------------------------

    def _scene(self) -> Scene:
        return Scene(self.client, self.svm, self.volumes, self.name, self.temporary)

    def _engine(self, scene: Scene) -> Engine:
        """Everything that speaks against it is found here, before anything is changed."""
        check_timeout(self.params["fence_timeout"])
        scene.check_free()
        scene.check_volumes()
        chosen = choose_engine(scene, self.params["engine"])
        order = self._order(new_mark())
        if chosen == ONTAPI:
            return OntapiEngine(self.client, order)
        group = scene.members.exact
        if group is not None:
            return RestEngine(self.client, order, self.temporary, group)
        return RestEngine(self.client, order, self.temporary, scene.reusable, mine=True)

    def _order(self, mark: str) -> Order:
        timeout, label = self.params["fence_timeout"], self.params["snapmirror_label"]
        return Order(self.svm, self.name, self.volumes, timeout=timeout, label=label, mark=mark)

    def _leaving(self, scene: Scene, engine: Engine | None) -> list[str]:
        """The actions of _leave()."""
        return ["delete_group" for _group in self._unused(scene, engine)]

    @staticmethod
    def _unused(scene: Scene, engine: Engine | None) -> list[Any]:
        used = engine.group["uuid"] if isinstance(engine, RestEngine) and engine.group else None
        return [group for group in scene.left if group.uuid != used]

    def _leave(self, scene: Scene, engine: Engine | None) -> None:
        """Take away the temporary groups that interrupted runs of this snapshot have left."""
        for group in self._unused(scene, engine):
            self.temporary.delete(group.uuid, group.name)
            self.actions.append("delete_group")

    def _open(self, engine: Engine, scene: Scene) -> None:
        """As far as the fence."""
        self._leave(scene, engine)
        try:
            engine.open()
            self.actions += engine.opening
            self._start(engine)
        except OntapError as error:
            raise closed(engine, error) from error

    def _start(self, engine: Engine) -> None:
        """Let the writes wait; a fence that is there already, of an interrupted run, is over soon."""
        patience = waiting.Deadline(engine.order.timeout + GRACE)
        lost = 0
        while True:
            try:
                if engine.start():
                    self.actions.append("start")
                return
            except LostAnswer:
                lost += 1
                if lost >= TRIES:
                    raise
            except ApiError as error:
                if not (isinstance(error, Busy) or error.code in FENCED) or patience.left() <= 0:
                    raise
                waiting.pause(1.0)

    def _commit(self, engine: Engine) -> None:
        """Take the snapshots; when that fails, nothing of them stays."""
        try:
            engine.commit()
        except OntapError as error:
            if not self._there(engine.order):
                self._undo(engine)
                raise closed(engine, error) from error
        if not engine.joined:
            self.actions.append("commit")

    def _there(self, order: Order) -> bool:
        """Whether every volume has its snapshot of this start."""
        with contextlib.suppress(OntapError):
            found = read_instant(self.client, self.svm, self.volumes, self.name)
            return found.proven and found.mark == order.mark
        return False

    def _verified(self, engine: Engine) -> Instant:
        """The snapshots, read: every volume has one, and they are those of this start."""
        found = read_instant(self.client, self.svm, self.volumes, self.name)
        unmarked = bool(engine.order.label) and found.mark is None
        if found.complete and (found.mark == engine.order.mark or unmarked):
            return found
        self._undo(engine)
        if found.complete:
            words = f"The snapshots {self.name} that the volumes have are not those that were taken"
        else:
            words = f"ONTAP reported no failure, and there is no snapshot {self.name} of {', '.join(found.missing)}"
        raise closed(engine, OperationFailed(f"{words}.", hint="Look at ONTAP's events; somebody else may use the same name."))

    def _undo(self, engine: Engine) -> None:
        """Delete what was taken in a part of the volumes; only what has the mark of this start."""
        with contextlib.suppress(OntapError):
            found = read_instant(self.client, self.svm, self.volumes, self.name)
            mine = [one for one in found.records.values() if mark_of(one) == engine.order.mark]
            if mine:
                delete_snapshots(self.client, mine, self.deadline)

    def _close(self, engine: Engine) -> None:
        """Take the temporary group away; the snapshots stay."""
        self.actions += engine.close()

    # -- tickets -------------------------------------------------------------------------------------------------------

    def _ticket(self, engine: Engine | None, mark: str | None) -> dict[str, Any]:
        ticket: dict[str, Any] = {"engine": None, "svm": self.svm, "name": self.name, "volumes": self.volumes, "mark": mark}
        timeout = self.params["fence_timeout"]
        ticket.update(temporary=False, timeout=timeout, since=0.0, deadline=0.0, prefix=self.temporary.prefix)
        ticket.update(group=None, snapshot=None, cg_id=None, label=self.params["snapmirror_label"])
        if engine is not None:
            ticket.update(engine.ticket(), engine=engine.engine, since=engine.since, deadline=engine.since + timeout)
        return ticket

    def _resumed(self, ticket: dict[str, Any]) -> Engine:
        order = Order(self.svm, self.name, self.volumes, timeout=ticket["timeout"], label=ticket.get("label"), mark=str(ticket["mark"]))
        if ticket["engine"] == ONTAPI:
            require_library()
            engine: Engine = OntapiEngine(self.client, order)
        else:
            engine = RestEngine(self.client, order, self.temporary)
        if ticket.get("snapshot") or ticket.get("cg_id"):
            engine.resume(ticket)
        elif not self.check_mode:
            raise InputError("The fence of a task in check mode cannot be committed.", target="fence")
        else:
            engine.mine = bool(ticket["temporary"])
        return engine

    # -- results -------------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _told(self) -> Any:
        """An error tells what was done before it."""
        try:
            yield
        except OntapError as error:
            error.facts.setdefault("actions_done", list(self.actions))
            raise

    def _found(self, scene: Scene) -> dict[str, Any]:
        """The snapshots are there; a temporary group may be left."""
        steps = self._leaving(scene, None)
        if not self.check_mode:
            with self._told():
                self._leave(scene, None)
        return self._result(scene.instant, scene.instant, steps if self.check_mode else self.actions, None)

    def _result(
        self, before: Instant | None, after: Instant | None, actions: list[str], engine: str | None, fenced: float = 0.0
    ) -> dict[str, Any]:
        record = self._record(after)
        shown = record if before is not None or actions else {}
        return {
            "changed": bool(actions),
            "actions": actions,
            "record": record,
            "diff": diff(self._record(before) if before is not None else None, shown),
            "engine": engine,
            "fenced_seconds": round(fenced, 3),
            **{name: record[name] for name in ("snapshots", "point", "consistent")},
        }

    def _gone(self, before: Instant) -> dict[str, Any]:
        """What is told of a group snapshot that is absent."""
        seen = {**self._record(before), "consistent": before.proven} if before.records else None
        return {"diff": diff(seen, None), "engine": None, "fenced_seconds": 0.0, "snapshots": [], "point": None, "consistent": None}

    def _record(self, instant: Instant | None) -> dict[str, Any]:
        """In playbook words; what only ONTAP can assign is null in a forecast."""
        record: dict[str, Any] = {"svm": self.svm, "name": self.name, "volumes": self.volumes}
        if instant is None:
            return {**record, "snapshots": None, "point": None, "consistent": None}
        return {**record, "snapshots": instant.view(), "point": instant.point, "consistent": instant.complete}


def ticket_of(value: dict[str, Any]) -> dict[str, Any]:
    """The ticket that a task was given, with its numbers as numbers: templates may have made texts of them."""
    try:
        numbers = {"since": float(value["since"]), "deadline": float(value["deadline"]), "timeout": int(value["timeout"])}
    except (KeyError, TypeError, ValueError):
        numbers = {}
    engine = value.get("engine") or None
    if not numbers or any(part not in value for part in PARTS) or engine not in (None, REST, ONTAPI):
        raise InputError(
            "fence is not what a task with state: started has returned.", hint="Give it the key fence of that result.", target="fence"
        )
    return {**value, **numbers, "engine": engine}
