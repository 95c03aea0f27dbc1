# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ansible-rulebook with our event source and our rulebooks: which runs are started, when, and with what."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml
from rulebooks import HERE, Controller, Metadata, Rulebook, event

ROOTS = [Path(root) / "ansible_collections" for root in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if root]
COLLECTION = next(root / "ndo" / "ontap" for root in ROOTS if (root / "ndo" / "ontap" / "extensions" / "eda").is_dir())
sys.path.insert(0, str(COLLECTION.parents[2]))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402

QUICK = {"cloud_maintenance_delay": 0.1}
STAND_IN = str(HERE / "playbook" / "tell.yml")
OVER, DUE, BEGIN = "Maintenance is over", "Maintenance is due", "The watch begins and nothing is due"
HEAD = "ndo.ontap.cloud_maintenance"


@pytest.fixture
def metadata() -> Iterator[Metadata]:
    """A metadata service."""
    one = Metadata()
    yield one
    one.shutdown()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Rulebook]]:
    """A starter of rulebooks."""
    started: list[Rulebook] = []

    def begin(rulebook: str, *flags: str, localhost: Any = None, **variables: Any) -> Rulebook:
        started.append(Rulebook(tmp_path, rulebook, {**QUICK, **variables}, *flags, localhost=localhost))
        return started[-1]

    yield begin
    for one in started:
        one.stop()


def told(run: dict[str, Any]) -> tuple[str, list[str]]:
    """The rule that started a run, and the events that it was given."""
    return run["rule"], [f"{one['EventId']} {one['EventStatus']}" for one in run["source"]["document"]["Events"]]


def test_each_event_starts_one_run_when_it_is_due_and_one_when_it_is_over(metadata: Metadata, start: Any) -> None:
    metadata.say()
    book = start(
        HEAD, "--print-events", cloud_maintenance_url=metadata.url, cloud_maintenance_playbook=STAND_IN, cloud_maintenance_vms=["VM1"]
    )
    book.wait_for(lambda: len(book.runs()) == 1)
    metadata.say(event("A", NotBefore="Mon, 19 Sep 2050 18:29:47 GMT"), event("X", Resources=["vm9"]), event("T", EventType="Terminate"))
    book.wait_for(lambda: "'change': 'new'" in book.output())
    metadata.say(event("A"))
    book.wait_for(lambda: len(book.runs()) == 2)
    metadata.say(event("A", EventStatus="Started"), event("B"))
    book.wait_for(lambda: len(book.runs()) == 3)
    metadata.status = 503
    book.wait_for(lambda: "3 time(s) in a row: the service answers 503" in book.output())
    metadata.say(event("B"))
    book.wait_for(lambda: len(book.runs()) == 4)
    # A is back, and starts nothing; what comes after it shows that the engine has seen it.
    metadata.say(event("A"), event("B"))
    book.wait_for(lambda: "Event A is back after it was over." in book.output())
    metadata.say(event("A"))
    book.wait_for(lambda: len(book.runs()) == 5)
    assert [told(one) for one in book.runs()] == [
        (BEGIN, []),
        (DUE, ["A Scheduled"]),
        (DUE, ["A Started", "B Scheduled"]),
        (OVER, ["B Scheduled"]),
        (OVER, ["A Scheduled"]),
    ]
    assert {one["source"]["document"]["DocumentIncarnation"] for one in book.runs()} == {1, 3, 4, 5, 7}
    assert {tuple(one["hosts"]) for one in book.runs()} == {("localhost",)}
    # Descriptions are data: what looks like a template is not rendered on its way.
    assert {one["Description"] for run in book.runs() for one in run["source"]["document"]["Events"]} == {"Of { { 'no' }} template"}
    assert "Scheduled events are told again." in book.output()
    assert "Traceback" not in book.output()


def test_a_controller_is_given_the_document_as_its_survey_wants_it(metadata: Metadata, start: Any) -> None:
    survey = yaml.safe_load((COLLECTION / "extensions" / "awx" / "surveys" / "cloud_maintenance.yml").read_text(encoding="utf-8"))
    controller = Controller("ONTAP cloud maintenance", survey)
    metadata.say(event("A", EventStatus="Started"))
    login = ["--controller-url", controller.url, "--controller-token", "sesame"]
    answers = {"cloud_maintenance_watch_seconds": 60}
    book = start(f"{HEAD}_controller", *login, cloud_maintenance_url=metadata.url, cloud_maintenance_answers=answers)
    book.wait_for(lambda: len(controller.launched) == 1 or controller.refused != [])
    assert controller.refused == []
    metadata.say()
    book.wait_for(lambda: len(controller.launched) == 2)
    given = [json.loads(one["cloud_maintenance_source"])["document"] for one in controller.launched]
    assert [[one["EventId"] for one in document["Events"]] for document in given] == [["A"], []]
    assert [sorted(one) for one in controller.launched] == [["cloud_maintenance_source", "cloud_maintenance_watch_seconds"]] * 2
    controller.shutdown()


HOURS = 6 * 3600
"""Simulated seconds until the event: more than pass by themselves, however busy the machine is."""


class Pairs(playground.Playground):
    """Pairs in a cloud, with their metadata service."""

    SCALE = 30
    SETTINGS = {"auto_giveback_delay": 864000}


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[playground.Site]:
    """A pair in a cloud."""
    made = Pairs(tmp_path)
    yield made.site("pair", imds=True)
    made.stop()


def test_a_node_is_taken_over_for_its_event_and_is_home_after_it(pair: playground.Site, start: Any) -> None:
    def marks() -> list[str]:
        """How far the runbook is, by its tags."""
        return [
            tag.split(":", 1)[1].split(".")[0] for tag in pair.rows("clusters")[0].get("_tags", []) if tag.startswith("ndo_event_ndo-01:")
        ]

    pair.trigger("cloud_event", "ndo-01", id="A", notice=HOURS, lasts=60)
    options = {"cloud_maintenance_report_dir": str(pair.folder), "cloud_maintenance_lead_seconds": HOURS}
    runbook = {"ontap_connection": pair.connection, **options}
    book = start(HEAD, localhost=runbook, cloud_maintenance_url=pair.simulator.imds_url, cloud_maintenance_lead=HOURS)
    book.wait_for(lambda: marks() == ["taken"])
    pair.advance(HOURS)
    book.wait_for(lambda: marks() == ["served"])
    book.wait_for(lambda: book.output().count("PLAY RECAP") == 2)
    assert [body["ofnode"] for body in pair.bodies("POST", "storage/failover/takeover")] == ["ndo-01"]
    assert {row["node"]["name"] == row["home_node"]["name"] for row in pair.rows("aggregates")} == {True}
    assert pair.undisturbed()
