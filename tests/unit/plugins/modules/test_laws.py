# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws that every writer keeps, as rows: given a cluster, a task leads to these actions.

Check mode sends only reads; its forecast equals the outcome; the run does it; a second run does nothing; the call budget
holds; one TLS connection is enough. All of it both ways, with the same results.
"""

from __future__ import annotations

from typing import Any, Callable

import pytest

from ansible_collections.ndo.ontap.tests.unit import harness


def nothing(lab: Any) -> None:
    """The cluster as the scenario has it."""


def taken_over(lab: Any) -> None:
    """ndo-01 is out and waits for giveback."""
    lab.run("ha_takeover", node="ndo-01", until="waiting_for_giveback")


def tagged(lab: Any) -> None:
    """The cluster has two tags."""
    lab.run("cluster_tag", key="team", value="storage")
    lab.run("cluster_tag", key="site", value="north")


class Row:
    """One law row: the state given, the module and its task, the actions, and the most reads a no-op may cost."""

    def __init__(self, name: str, given: Callable[[Any], None], module: str, task: dict[str, Any], actions: list[str], noop: int) -> None:
        self.name = name
        self.given = given
        self.module = module
        self.task = task
        self.actions = actions
        self.noop = noop


ROWS = [
    Row("take over", nothing, "ha_takeover", {"node": "ndo-01"}, ["takeover"], 2),
    Row("take over and boot", nothing, "ha_takeover", {"node": "ndo-02", "until": "waiting_for_giveback"}, ["takeover"], 2),
    Row("take over without LIF migration", nothing, "ha_takeover", {"node": "ndo-01", "skip_lif_migration": True}, ["takeover"], 2),
    Row("give back", taken_over, "ha_giveback", {"node": "ndo-01"}, ["giveback"], 3),
    Row("give back over vetoes", taken_over, "ha_giveback", {"node": "ndo-01", "override_vetoes": True}, ["giveback"], 3),
    Row("tag", nothing, "cluster_tag", {"key": "team", "value": "storage"}, ["modify"], 1),
    Row("change a tag", tagged, "cluster_tag", {"key": "team", "value": "platform"}, ["modify"], 1),
    Row("remove a tag", tagged, "cluster_tag", {"key": "team", "state": "absent"}, ["modify"], 1),
]
BUDGET = {"ha_takeover": 3, "ha_giveback": 4, "cluster_tag": 2}
"""Requests of a run that changes something, polls not counted: its reads and one write."""


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """A result without what differs from run to run: times, and how the task was called."""
    kept = {name: value for name, value in result.items() if name not in ("invocation", "failed", "joined")}
    kept["api"] = result["api"]["requests"]
    return kept


@pytest.mark.parametrize("way", list(harness.WAYS))
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_writer_keeps_the_laws(lab: Any, row: Row, way: str) -> None:
    cluster = lab(way=way)
    row.given(cluster)
    cluster.forget()
    forecast = cluster.run(row.module, check_mode=True, **row.task)
    assert not forecast.get("failed"), forecast
    assert cluster.writes() == []
    assert forecast["actions"] == row.actions and forecast["changed"]

    outcome = cluster.run(row.module, **row.task)
    assert not outcome.get("failed"), outcome
    assert outcome["actions"] == row.actions and outcome["changed"]
    assert outcome["record"] == forecast["record"]
    assert outcome["diff"] == forecast["diff"]
    assert outcome["diff"]["before"] != outcome["diff"]["after"]

    cluster.forget()
    again = cluster.run(row.module, **row.task)
    assert not again.get("failed"), again
    assert again["actions"] == [] and not again["changed"]
    assert again["record"] == outcome["record"]
    assert cluster.writes() == []
    assert len(cluster.requests()) == again["api"]["requests"] <= row.noop


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_both_ways_give_the_same_results(lab: Any, row: Row) -> None:
    results = {}
    for way in harness.WAYS:
        cluster = lab(way=way)
        row.given(cluster)
        results[way] = [
            comparable(cluster.run(row.module, check_mode=True, **row.task)),
            comparable(cluster.run(row.module, **row.task)),
            comparable(cluster.run(row.module, **row.task)),
        ]
    assert all(result == results["ordinary"] for result in results.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_change_costs_its_reads_one_write_and_polls(lab: Any, row: Row) -> None:
    cluster = lab()
    row.given(cluster)
    cluster.forget()
    cluster.run(row.module, **row.task)
    writes = [number for number, entry in enumerate(cluster.requests(), 1) if entry["method"] != "GET"]
    assert len(writes) == 1
    assert writes[0] <= BUDGET[row.module]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_task_makes_one_tls_connection(lab: Any, row: Row) -> None:
    cluster = lab()
    row.given(cluster)
    # A takeover moves the cluster management LIF, which breaks connections; without that silence one must do.
    cluster.world.settings["mgmt_silence"] = 0
    cluster.forget()
    cluster.run(row.module, **row.task)
    assert len({entry["connection"] for entry in cluster.requests()}) == 1


def test_both_ways_show_the_same_invocation_without_secrets(lab: Any) -> None:
    cluster = lab()
    shown = [cluster.run("ha_takeover", way=way, node="nobody")["invocation"]["module_args"] for way in harness.WAYS]
    assert all(one == shown[0] for one in shown)
    assert shown[0]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
