# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task notes for the report of its runbook: its writes as they are sent, and what its reads show."""

from __future__ import annotations

import importlib
import json
import random
from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.module_utils.journal import ASKED, HANDED_OVER, Journal, shown
from ansible_collections.ndo.ontap.tests.unit import harness

TAG = {"key": "k", "value": "v"}


def noted(cluster: Any, module: str, **task: Any) -> list[dict[str, Any]]:
    """What a task notes that runs inside the worker."""
    name = importlib.import_module(harness.MODULES + module)
    notes: list[dict[str, Any]] = []
    # As Lab.run() does it: two runs are to be comparable.
    random.seed(0)
    modules.run_in_worker(name.ARGUMENTS, name.body, {**cluster.connection(), **task}, False, keep=notes.append)
    return notes


def of_kind(notes: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """The notes of a kind."""
    return [one for one in notes if one["kind"] == kind]


def states(notes: list[dict[str, Any]], thing: str, name: str, key: str) -> list[Any]:
    """What was seen of a thing, look by look."""
    return [one.get(key) for note in of_kind(notes, "seen") for one in note["things"] if (one["thing"], one["name"]) == (thing, name)]


def test_takeover_notes_its_writes_and_what_its_looks_show_without_a_request_more(lab: Any) -> None:
    plain = lab()
    plain.run("ha_takeover", node="ndo-01")
    cluster = lab()
    notes = noted(cluster, "ha_takeover", node="ndo-01")
    assert len(cluster.requests()) == len(plain.requests())
    assert [f"{one['method']} /api{one['path']}" for one in of_kind(notes, "write")] == [
        f"{one['method']} {one['path']}" for one in cluster.writes()
    ]
    assert [one["status"] for one in of_kind(notes, "answer")] == [200]
    assert "ofnode" not in json.dumps(notes), "a body was noted"
    seen = states(notes, "node", "ndo-01", "state")
    assert seen[0] == "up" and seen[-1] == "taken_over"
    assert states(notes, "node", "ndo-02", "doing")[-1] == "takeover in_takeover"
    assert states(notes, "aggregate", "aggr1_ndo_01", "place")[-1] == "ndo-02"
    assert notes == sorted(notes, key=lambda one: one["at"])


def test_move_is_noted_with_its_phases(lab: Any) -> None:
    notes = noted(lab(), "volume_move", svm="nas1", volume="nas1_vol1a", aggregate="aggr2_ndo_01")
    seen = states(notes, "move", "nas1:nas1_vol1a", "state")
    assert "replicating" in seen and seen[-1] == "success"
    percents = [one for one in states(notes, "move", "nas1:nas1_vol1a", "percent") if one is not None]
    assert len(percents) <= 100 / 5 + len(seen), "a look was noted that shows nothing new"
    after = states(notes, "move", "nas1:nas1_vol1a", "after")[-1]
    assert 0 < after < of_kind(notes, "seen")[-1]["at"]


@pytest.mark.parametrize(
    ("fault", "status"), [({"kind": "error", "status": 500, "code": "1", "message": "no"}, 500), ({"kind": "drop_after"}, None)]
)
def test_write_that_is_refused_or_whose_answer_is_lost_is_noted_as_such(lab: Any, fault: dict[str, Any], status: Any) -> None:
    cluster = lab()
    kind = fault.pop("kind")
    cluster.simulator.faults.on("PATCH", "/api/cluster", kind, **fault)
    notes = noted(cluster, "cluster_tag", **TAG)
    assert [one["kind"] for one in notes if one["kind"] in ("write", "answer")][:2] == ["write", "answer"]
    first = of_kind(notes, "answer")[0]
    assert first["status"] == status and first["error"]


def test_ordinary_module_hands_its_notes_over_only_when_it_is_asked(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = lab()
    assert HANDED_OVER not in harness.run_ordinary("cluster_tag", {**cluster.connection(), **TAG})
    monkeypatch.setenv(ASKED, "1")
    result = harness.run_ordinary("cluster_tag", {**cluster.connection(), **TAG, "value": "other"})
    assert [one["path"] for one in of_kind(result[HANDED_OVER]["notes"], "write")] == ["/cluster"]


def test_no_note_holds_a_secret(lab: Any) -> None:
    cluster = lab()
    notes = noted(cluster, "rest", path=f"cluster/{cluster.connection()['password']}", method="DELETE", query={"token": "hush", "x": "y"})
    text = json.dumps(notes)
    assert cluster.connection()["password"] not in text and "hush" not in text
    assert of_kind(notes, "write")[0]["query"]["x"] == "y"
    assert shown({"password": "p", "return_timeout": 15, "action": "giveback"}) == {"password": "********", "action": "giveback"}


@pytest.mark.parametrize(
    "records", [[None], [{"name": "a", "node": 3}], [{"node": {"name": "n"}}], "x", None, [{"name": "a", "movement": 1}]]
)
@pytest.mark.parametrize(
    "path", ["/storage/aggregates", "/cluster/nodes?x=y", "/network/ip/interfaces", "/storage/volumes", "/storage/luns"]
)
def test_record_that_is_not_what_it_should_be_is_passed_over(path: str, records: Any) -> None:
    notes: list[dict[str, Any]] = []
    journal = Journal(notes.append)
    journal.read(path, {"records": records})
    assert notes == [] and journal.reads == 1


def test_only_the_collections_themselves_are_looked_at() -> None:
    notes: list[dict[str, Any]] = []
    journal = Journal(notes.append)
    record = {"name": "a", "node": {"name": "n"}, "home_node": {"name": "n"}}
    journal.read("/storage/aggregates/1234/plexes", {"records": [record]})
    assert notes == []
    journal.read("/storage/aggregates/1234", record)
    journal.read("/storage/aggregates", {"records": [record]})
    assert [one["things"] for one in notes] == [[{"thing": "aggregate", "name": "a", "place": "n", "home": "n"}]]
