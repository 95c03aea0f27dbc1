# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The laws that every writer keeps, as rows: given a cluster, a task leads to these actions.

Check mode sends only reads, and validations, which change nothing; its forecast equals the outcome; the run does it; a second run does
nothing; the call budget holds; one TLS connection is enough. All of it both ways, with the same results.
"""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit import harness
from ansible_collections.ndo.ontap.tests.unit.laws.row import Row
from ansible_collections.ndo.ontap.tests.unit.laws.table import ROWS


def foretold(forecast: dict[str, Any] | None, outcome: dict[str, Any] | None) -> bool:
    """Whether the forecast of a record holds; what only ONTAP can assign is null in it."""
    if forecast is None or outcome is None:
        return forecast == outcome
    return set(forecast) == set(outcome) and all(value in (None, outcome[name]) for name, value in forecast.items())


def comparable(result: dict[str, Any]) -> dict[str, Any]:
    """A result without what differs from run to run: times, and how the task was called."""
    kept = {name: value for name, value in result.items() if name not in ("invocation", "failed", "joined")}
    kept["api"] = result["api"]["requests"]
    return kept


def lawful(cluster: Any, row: Row) -> list[dict[str, Any]]:
    """Run a row: forecast, outcome and second run, each held against the laws; returns the three results."""
    row.given(cluster)
    # A takeover moves the cluster management LIF, which breaks connections; without that silence one must do.
    cluster.world.settings["mgmt_silence"] = 0
    task = row.options(cluster)
    cluster.forget()
    forecast = cluster.run(row.module, check_mode=True, **task)
    assert not forecast.get("failed"), forecast
    assert cluster.writes() == []
    assert forecast["actions"] == row.actions and forecast["changed"]

    cluster.forget()
    outcome = cluster.run(row.module, **task)
    assert not outcome.get("failed"), outcome
    assert outcome["actions"] == row.actions and outcome["changed"]
    assert foretold(forecast["record"], outcome["record"])
    assert forecast["diff"]["before"] == outcome["diff"]["before"]
    assert foretold(forecast["diff"]["after"], outcome["diff"]["after"])
    assert outcome["diff"]["before"] != outcome["diff"]["after"]
    assert len({entry["connection"] for entry in cluster.requests() if not entry["path"].startswith("/metadata/")}) == 1

    cluster.forget()
    again = cluster.run(row.module, **task)
    assert not again.get("failed"), again
    assert again["actions"] == [] and not again["changed"]
    assert again["record"] == outcome["record"]
    assert cluster.writes() == []
    assert len(cluster.requests()) == again["api"]["requests"] <= row.noop
    return [comparable(one) for one in (forecast, outcome, again)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_writer_keeps_the_laws_both_ways(lab: Any, row: Row) -> None:
    results = [lawful(lab(row.scenario, way=way), row) for way in harness.WAYS]
    assert all(result == results[0] for result in results)
    calls_are_counted(lab(row.scenario), row)


def calls_are_counted(cluster: Any, row: Row) -> None:
    """A change costs its reads, its writes and polls; jobs that are over at once leave no polls to subtract."""
    row.given(cluster)
    jobs = ("volume_job", "lun_job", "snapshot_job", "qos_job", "move_job", "group_job", "snapshot_fence")
    cluster.world.settings.update(dict.fromkeys(jobs, 0))
    cluster.forget()
    cluster.run(row.module, **row.options(cluster))
    writes = [number for number, entry in enumerate(cluster.requests(), 1) if entry["method"] != "GET" and not harness.is_validation(entry)]
    assert len(writes) == len(row.actions)
    assert writes[-1] <= row.calls
    assert row.polls or len(cluster.requests()) <= row.calls


def test_both_ways_show_the_same_invocation_without_secrets(lab: Any) -> None:
    cluster = lab()
    shown = [cluster.run("ha_takeover", way=way, node="nobody")["invocation"]["module_args"] for way in harness.WAYS]
    assert all(one == shown[0] for one in shown)
    assert shown[0]["password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
