# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads events and cluster again and again until there is something to do about them, or the time is over. Nothing is changed."""

from __future__ import annotations

from typing import Any

from . import cloud_maintenance as rules
from . import cloud_scene as scenes
from . import ha, waiting
from .client import Client, dig
from .cloud_marks import BOTH, NODE, PARTNER, Mark, mark_from, marks_among
from .cloud_scene import Finding, Node, Planned, Scene, Terms
from .errors import InputError, MalformedDocument, OntapError, OperationFailed, Unreachable
from .maintenance import MARK_SINCE, mark_of
from .scheduled_events import Places
from .scheduled_events_source import Reading, Service, reading
from .version import parse

PASSING = (Unreachable, MalformedDocument)
"""What a service that restarts, or a file that is just being written, may lead to; it is tolerated for a while."""
IDLE = "idle"


class Source:
    """Where the events are read: a service or a file again and again, or a document once. Failures that pass are counted."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.client = client
        self.live = bool(params["url"] or params["path"] or params["document"] is None)
        # What can be read again is more recent than a copy of it.
        self.params = {**params, "document": None} if self.live else params
        self.service = Service(client, params) if self.live and not params["path"] else None
        self.tolerance: int = params["tolerance"]
        self.failures = 0
        self.failing = ""
        self._good = waiting.clock.now()

    def read(self) -> Reading | None:
        """The document; None when it cannot be read at the moment, and that is bearable."""
        try:
            found = self.service.read() if self.service else reading(self.client, self.params)
        except OntapError as error:
            if not self._passes(error):
                raise
            silent = waiting.clock.now() - self._good
            if silent >= self.tolerance:
                # No Unreachable: that would be waited out, as a cluster is whose address moves.
                words = f"The scheduled events could not be read for {waiting.spell(silent)}: {error.message}"
                raise OperationFailed(words, hint=error.hint) from error
            self.failures += 1
            self.failing = error.message
            if self.client.report:
                self.client.report(f"Scheduled events: {error.message} This is borne for {self.tolerance} s.")
            return None
        self._good = waiting.clock.now()
        self.failing = ""
        return found

    def _passes(self, error: OntapError) -> bool:
        """Whether it may be over soon; a copy does not change."""
        return self.live and (isinstance(error, PASSING) or (isinstance(error, InputError) and error.facts.get("target") == "path"))


class Watch:
    """One task's look at the events, as long as it may take."""

    def __init__(self, client: Client, params: dict[str, Any]) -> None:
        self.client = client
        self.params = params
        self.terms = Terms(params)
        self.source = Source(client, params)
        self.scene: Scene | None = None
        self.read: Reading | None = None
        self.found: list[Finding] = []
        self.tags = False
        self.strangers: list[str] = []
        self._started = waiting.clock.now()
        self._since: dict[str, float] = {}
        self._quiet: int | None = None

    def run(self, patient: bool) -> None:
        """Look until there is something to do, or once when not patient."""
        most = self.params["watch"] + self.params["wait_timeout"] + self.params["tolerance"] + self.params["timeout"]
        poll = self.params["poll"]
        pace = waiting.Pace(first=poll, least=poll, share=0, ceiling=poll)
        waiting.wait(lambda: self._look(patient), waiting.Deadline(most), "Scheduled events", pace, self.client.report)

    def _look(self, patient: bool) -> waiting.Progress:
        now = self.source.read()
        if now is None:
            return waiting.Progress(False, self.source.failing)
        self.read = now
        if self.scene is None or now.document.incarnation != self._quiet:
            self._see(now)
        return waiting.Progress(self._enough() or not patient, self.message())

    def _see(self, now: Reading) -> None:
        """Read the cluster, and find out what all that means."""
        nodes = self._nodes()
        places = Places(self._table(nodes), nodes)
        events = [Planned(one, places.split(one.resources)[0]) for one in now.document.events]
        self.strangers = sorted({vm for one in now.document.events for vm in places.split(one.resources)[1]})
        incarnation = now.document.incarnation
        about = {"now": now.now, "incarnation": incarnation, "live": self.source.live, "waited": self._waited}
        self.scene = Scene(nodes, events, self.terms, **about)
        self.found = rules.findings(self.scene)
        later = any(one.until == scenes.TIME for one in self.found)
        self._quiet = incarnation if self.state == IDLE and not later else None
        if self.state == IDLE:
            self._since.clear()

    def _table(self, nodes: dict[str, Node]) -> dict[str, Any]:
        """The table of VMs, which must not name nodes that there are not."""
        strange = sorted({str(node) for node in self.params["vms"].values()} - set(nodes))
        if strange:
            hint = f"Its nodes are: {', '.join(sorted(nodes))}."
            raise InputError(f"The cluster has no node {', '.join(strange)}.", hint=hint, target="vms")
        return self.params["vms"]

    def _nodes(self) -> dict[str, Node]:
        """Every node of the cluster, with where its storage is and the marks on it: two reads, and one of the tags where there are any."""
        nodes = ha.read_nodes(self.client)
        away = {dig(one, "home_node.name") for one in ha.away(list(self.client.records(ha.AGGREGATES, ha.AGGREGATE_FIELDS)))}
        self.tags = self.client.release() >= parse(MARK_SINCE)
        tags = self.client.get("/cluster", ["_tags"]).get("_tags") or [] if self.tags else []
        known = {name: mark_from(str(text)) for name, text in self.params["marks"].items()}
        marks = marks_among(tags, nodes) if self.tags else {name: mark for name, mark in known.items() if mark}
        pairs = {name: ha.pair_of(nodes, name) for name in nodes}
        return {
            name: Node(pair, ha.pair_state(pair, name in away), marks.get(name), mark_of(tags, name) is not None)
            for name, pair in pairs.items()
        }

    def _waited(self, key: str) -> float:
        return waiting.clock.now() - self._since.setdefault(key, waiting.clock.now())

    @property
    def task(self) -> dict[str, Any] | None:
        """What is to be done now."""
        return next((one.task for one in self.found if one.task), None)

    @property
    def state(self) -> str:
        """The findings in a word: something to do, an end to wait for, only held events, or nothing."""
        kinds = {one.kind for one in self.found}
        return next((kind for kind in (scenes.ACT, scenes.WAITING, scenes.HELD) if kind in kinds), IDLE)

    @property
    def needs(self) -> str | None:
        """What has to change before there is something to do: the document, or the cluster (or time); None when there is nothing."""
        until = {one.until for one in self.found if one.kind in (scenes.WAITING, scenes.HELD)}
        if not until or self.state == scenes.ACT:
            return None
        return scenes.CLUSTER if scenes.CLUSTER in until and self.state == scenes.HELD else self._of_waiting()

    def _of_waiting(self) -> str:
        kinds = {one.until for one in self.found if one.kind == self.state}
        return scenes.CLUSTER if scenes.CLUSTER in kinds else scenes.DOCUMENT

    def _enough(self) -> bool:
        """Whether the task ends with what it sees."""
        if self.state == scenes.ACT:
            return True
        if self.state == IDLE:
            return not self.source.live or waiting.clock.now() - self._started >= self.params["watch"]
        if not self.source.live and self.needs == scenes.DOCUMENT:
            return True
        return self._waited("state") >= self.params["wait_timeout"]

    def message(self) -> str:
        """What was found, in words; first what is done or waited for."""
        order = (scenes.ACT, scenes.WAITING, scenes.HELD, scenes.NOTED)
        found = [one.reason for one in sorted(self.found, key=lambda one: order.index(one.kind))]
        if not found:
            nothing = f"No event asks for anything (incarnation {self.read.document.incarnation if self.read else 0})."
            unknown = f" No node has this name: {', '.join(self.strangers)}. Say which VMs are nodes (vms) if it is one."
            return nothing + (unknown if self.strangers else "")
        return " ".join(one if one.endswith(".") else f"{one}." for one in found)


def switches(node: Node, mark: Mark | None) -> list[dict[str, Any]]:
    """The nodes whose automatic giveback the mark is about, and whether it is on."""
    chosen = [(node.pair.owner, (NODE, BOTH)), (node.pair.partner, (PARTNER, BOTH))]
    named = [one for one, words in chosen if one and mark and mark.auto in words]
    return [{"name": one["name"], "uuid": one["uuid"], "on": bool(dig(one, "ha.auto_giveback"))} for one in named]
