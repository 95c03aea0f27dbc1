# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Migrations of LIFs in one task: named ones, or all that can leave a node; started one after the other, and watched together by one read.

Source: CLI manual, network interface migrate: a migration can take up to 15 seconds, and is done on a best-effort basis.
"""

from __future__ import annotations

from typing import Any

from . import waiting
from .bulk import Several, Writer, prepare
from .client import Client, dig
from .errors import InputError, OntapError, WaitTimeout
from .lif_migrate import FIELDS, LifGoal, has_arrived, sentence
from .lif_migrate_places import FC_LIFS, LIFS, home_of, is_management, name_of, place_of, why_bound
from .resource import Work

PART = 50
"""LIFs of one read: their uuids fit into an address (client.QUERY_LENGTH)."""
SHOWN = 3
"""LIFs that a line names."""

UNNAMED = "it manages the cluster, and was not asked for (management)"


class Found:
    """The LIFs that a task is about: goals in order, and those that stay where they are."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.goals: list[LifGoal] = []
        self.stayed: list[dict[str, Any]] = []
        self._all: list[dict[str, Any]] | None = None
        self._fc: dict[str, list[dict[str, Any]]] = {}

    def add(self, item: dict[str, Any]) -> None:
        """One LIF by its name, or those that have to leave a node."""
        goal = LifGoal(self.client, item)
        if item.get("name") or item.get("uuid"):
            self.goals.append(goal)
            return
        node, svm = item["from_node"], item.get("svm")
        for record in self._lifs(node):
            away = place_of(record)[0] != node and (item["home"] == "keep" or home_of(record)[0] != node)
            if away or svm not in (None, dig(record, "svm.name")):
                continue
            why = why_bound(record) or (UNNAMED if is_management(record) and not item["management"] else None)
            if why is not None:
                self._stays(record, why)
                continue
            one = LifGoal(self.client, {**item, "name": record["name"], "uuid": record["uuid"]})
            one.know(record)
            self.goals.append(one)
        self._fc_of(node, svm)

    def _lifs(self, node: str) -> list[dict[str, Any]]:
        """All LIFs, in one read; a node of which not even the management LIF is there does not exist."""
        if self._all is None:
            self._all = list(self.client.records(LIFS, FIELDS))
        homes = {home_of(record)[0] for record in self._all}
        if node not in homes and any(record.get("scope") == "cluster" for record in self._all):
            raise InputError(f"The cluster has no node {node} with LIFs.", hint=f"It has {', '.join(sorted(homes))}.", target="from_node")
        return self._all

    def _stays(self, record: dict[str, Any], why: str) -> None:
        self.stayed.append({"lif": name_of(record), "node": place_of(record)[0], "reason": why})

    def _fc_of(self, node: str, svm: str | None) -> None:
        """FC LIFs of the node, which never leave it; one read for each node."""
        if node not in self._fc:
            fields = ["name", "svm.name", "location.node.name"]
            self._fc[node] = list(self.client.select(FC_LIFS, fields, {"location.node.name": [node]}))
        for record in self._fc[node]:
            if svm in (None, dig(record, "svm.name")):
                self._stays(record, "it serves SAN by FC, and ONTAP does not migrate SAN LIFs: hosts use their paths to other nodes")


class Migrations(Several):
    """The run of a task over several LIFs."""

    def __init__(self, client: Client, works: list[Work], params: dict[str, Any]) -> None:
        super().__init__(client, works, params["on_error"] == "continue")
        self.deadline = waiting.Deadline(params["wait_timeout"])
        self.wait = params["wait"]

    def run(self, check_mode: bool) -> dict[str, Any]:
        """Read and plan everything, migrate one after the other, and wait for all together."""
        self._refuse_twins()
        unread = [goal for goal in self.goals if goal.record is None]
        prepare(self.client, unread)
        LifGoal.survey(self.client, [(goal, goal.record) for goal in self.goals if goal.record is not None])
        for number, work in enumerate(self.works):
            self._try(number, work.look)
        if not self.failed or self.go_on:
            for number, work in enumerate(self.works):
                if number not in self.failed and not self._over():
                    self._try(number, lambda work=work: work.carry_out(check_mode))
        if not check_mode and self.wait:
            self._await()
        for result in self.results:
            if result.get("record"):
                result["message"] = sentence(result["record"], check_mode and result["changed"])
        return self._result()

    def _await(self) -> None:
        """Wait for those that were sent on their way, also when others have failed."""
        going = {number: result["record"] for number, result in enumerate(self.results) if has_to_come(result)}
        for number, error in await_arrival(self.client, going, self.deadline).items():
            self._try(number, lambda error=error: fail_with(error))


def has_to_come(result: dict[str, Any]) -> bool:
    """Whether a LIF was sent on its way, by this run or before it."""
    return bool(result.get("record")) and (bool(result["changed"]) or result["record"]["state"] != "up")


def fail_with(error: OntapError) -> None:
    """Raise it, where only a call is possible."""
    raise error


def await_arrival(client: Client, going: dict[int, dict[str, Any]], deadline: waiting.Deadline) -> dict[int, OntapError]:
    """Wait until LIFs answer where their records say; what has not come is returned as an error each."""
    seen: dict[str, dict[str, Any]] = {}

    def missing() -> list[int]:
        return [number for number, record in going.items() if not is_there(seen.get(record["uuid"]), record)]

    def look() -> waiting.Progress:
        uuids = [going[number]["uuid"] for number in missing()]
        for at in range(0, len(uuids), PART):
            seen.update({one["uuid"]: one for one in client.select(LIFS, FIELDS, {"uuid": uuids[at : at + PART]})})
        for number in set(going) - set(missing()):
            going[number]["state"] = seen[going[number]["uuid"]].get("state")
        names = [going[number]["name"] for number in missing()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        text = f"{len(going) - len(names)} of {len(going)} have arrived" + (
            f", on their way: {', '.join(names[:SHOWN])}{more}" if names else ""
        )
        return waiting.Progress(not names, text, phase="")

    if not going:
        return {}
    try:
        waiting.wait(look, deadline, "LIFs", report=client.report)
    except WaitTimeout:
        return {number: too_late(seen.get(going[number]["uuid"]), going[number], deadline) for number in missing()}
    return {}


def is_there(seen: dict[str, Any] | None, wanted: dict[str, Any]) -> bool:
    """Whether a LIF answers at its place."""
    return seen is not None and place_of(seen) == (wanted["node"], wanted["port"]) and has_arrived(seen)


def too_late(seen: dict[str, Any] | None, wanted: dict[str, Any], deadline: waiting.Deadline) -> WaitTimeout:
    """A LIF that has not come up in time."""
    where = f"it is {seen.get('state')} on {', port '.join(place_of(seen))}" if seen else "it was not seen"
    return WaitTimeout(
        f"LIF {wanted['name']} does not answer on {wanted['node']}, port {wanted['port']}, after {deadline.seconds:.0f} seconds: {where}.",
        hint="See network interface show; running the task again looks once more.",
        state=seen.get("state") if seen else None,
        actions_done=["migrate"],
    )


class LifWriter(Writer):
    """The module lif_migrate."""

    def body(self, params: dict[str, Any], check_mode: bool, client: Client) -> dict[str, Any]:
        """Carry out the task."""
        own = {name: params[name] for name in self.options.options}
        items = [own] if params["items"] is None else [{**own, **item} for item in params["items"]]
        found = Found(client)
        for item in self._checked(items, params["items"] is not None):
            found.add(item)
        works = [Work(client, goal, waiting.Deadline(params["wait_timeout"]), False) for goal in found.goals]
        if params["items"] is None and (own.get("name") or own.get("uuid")):
            return self._one(client, works[0], params, check_mode)
        try:
            result = Migrations(client, works, params).run(check_mode)
        except OntapError as error:
            error.more = {**error.more, "stayed": found.stayed}
            raise
        return {**result, "stayed": found.stayed, "message": summary(result["results"], found.stayed, check_mode)}

    @staticmethod
    def _one(client: Client, work: Work, params: dict[str, Any], check_mode: bool) -> dict[str, Any]:
        prepare(client, [work.goal])
        result = work.run(check_mode)
        if not check_mode and params["wait"] and has_to_come(result):
            for error in await_arrival(client, {0: result["record"]}, work.deadline).values():
                error.facts["actions_done"] = result["actions"]
                raise error
        return {**result, "message": sentence(result["record"], check_mode and result["changed"])}


def summary(results: list[dict[str, Any]], stayed: list[dict[str, Any]], foretold: bool) -> str:
    """What became of many LIFs, in a sentence."""
    moved = sum(one["changed"] for one in results)
    text = f"{moved} of {len(results)} LIFs {'would be' if foretold else 'were'} changed."
    return text + (
        f" {len(stayed)} stay: {', '.join(one['lif'] for one in stayed[:SHOWN])}{' ...' if len(stayed) > SHOWN else ''}." if stayed else ""
    )
