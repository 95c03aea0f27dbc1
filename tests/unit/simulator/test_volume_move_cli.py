# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""private/cli/volume/move: start, show, modify, abort and trigger-cutover."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import CLI, GIB, Moves

WHO = {"vserver": "nas1", "volume": "nas1_vol1a"}
TO = {**WHO, "destination-aggregate": "aggr2_ndo_02"}
QUERY = "vserver=nas1&volume=nas1_vol1a"


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    return Moves()


def test_show_without_parameters_has_what_runs_and_what_has_failed(cluster: Moves) -> None:
    assert cluster.get(CLI)["records"] == []
    cluster.start().start("nas1_vol2a", "aggr2_ndo_04").start("nas1_vol1c", "aggr2_ndo_03")
    assert cluster.get(CLI)["num_records"] == 3
    cluster.steer("nas1_vol1c", "aborted").wait(300)
    assert cluster.get(CLI)["records"] == [{"vserver": "nas1", "volume": "nas1_vol1c"}]
    assert cluster.get(f"{CLI}?volume=*&fields=state")["num_records"] == 3


def test_the_columns_tell_what_happens(cluster: Moves) -> None:
    cluster.start().wait(25)
    row = cluster.show()
    assert (row["state"], row["phase"], row["percent_complete"]) == ("healthy", "replicating", 25)
    assert (row["source_aggregate"], row["destination_aggregate"]) == ("aggr1_ndo_01", "aggr2_ndo_02")
    assert (row["source_node"], row["destination_node"]) == ("ndo-01", "ndo-02")
    assert (row["bytes_sent"], row["bytes_remaining"]) == (25 * GIB, 75 * GIB)
    assert (row["estimated_remaining_duration"], row["actual_duration"]) == ("PT1M19S", "PT25S")
    assert row["estimated_completion_time"] == "2026-01-01T00:01:45+00:00" and row["cutover_action"] == "retry_on_failure"
    row = cluster.wait(200).show()
    assert (row["state"], row["phase"], row["percent_complete"]) == ("done", "completed", 100)
    assert (row["actual_duration"], row["actual_completion_timestamp"]) == ("PT1M44S", "2026-01-01T00:01:45+00:00")
    assert row["completion_status"] == "Successful" and "bytes_remaining" not in row and "prior_issues" not in row


def test_show_filters_as_clients_do(cluster: Moves) -> None:
    cluster.start()
    found = cluster.get(f"{CLI}?{QUERY}&fields=percent-complete,state&privilege_level=admin")["records"]
    assert found == [{**WHO, "percent_complete": 0, "state": "healthy"}]
    assert cluster.get(f"{CLI}?phase=cutover*")["num_records"] == 0
    assert cluster.refused("GET", f"{CLI}?fields=nothing") == (400, "262197")


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_a_move_is_started_with_both_methods(cluster: Moves, method: str) -> None:
    if method == "POST":
        response = cluster.call("POST", f"{CLI}/start?privilege_level=admin", {**TO, "cutover-window": 45, "cutover_attempts": "5"})
    else:
        # Source: vendor's Ansible collection: with PATCH the query says which volume.
        body = {"destination-aggregate": "aggr2_ndo_02", "cutover-window": "45", "cutover-attempts": 5}
        response = cluster.call("PATCH", f"{CLI}/start?{QUERY}", body)
    assert response.body["cli_output"].startswith("Job is queued: Move")
    row = cluster.ended(response).show()
    assert (row["cutover_window"], row["cutover_attempts"]) == (45, 5)
    assert cluster.wait(200).where() == "aggr2_ndo_02"


def test_a_validation_only_changes_nothing(cluster: Moves) -> None:
    cluster.ended(cluster.call("POST", f"{CLI}/start", {**TO, "perform-validation-only": True}))
    assert cluster.wait(500).movement() == {}


def test_the_destination_is_encrypted_and_tiered_on_request(cluster: Moves) -> None:
    body = {**TO, "encrypt-destination": "true", "tiering-policy": "snapshot-only"}
    cluster.ended(cluster.call("POST", f"{CLI}/start", body)).wait(200)
    found = cluster.get(f"{cluster.volume('nas1_vol1a')}?fields=encryption,tiering")
    assert found["encryption"]["type"] == "volume" and found["tiering"]["policy"] == "snapshot_only"


@pytest.mark.parametrize(
    ("action", "body", "expected"),
    [
        ("start", {"vserver": "nas1", "destination-aggregate": "aggr2_ndo_02"}, (400, "262245")),
        ("start", WHO, (400, "262245")),
        ("start", {**TO, "vserver": "nobody"}, (400, "2621462")),
        ("start", {**TO, "volume": "nothing"}, (404, "4")),
        ("start", {**TO, "destination-aggregate": "aggr1_ndo_01"}, (400, "918265")),
        ("start", {**TO, "destination-aggregate": "nowhere"}, (400, "918267")),
        ("start", {**TO, "cutover-action": "sometimes"}, (400, "262247")),
        ("start", {**TO, "cutover-window": "long"}, (400, "262247")),
        ("start", {**TO, "cutover-window": 10}, (400, "262245")),
        ("start", {**TO, "encrypt-destination": "perhaps"}, (400, "262247")),
        ("start", {**TO, "colour": "red"}, (400, "262179")),
        ("abort", WHO, (404, "4")),
        ("trigger-cutover", WHO, (404, "4")),
        ("trigger-cutover", {}, (400, "262245")),
    ],
)
def test_what_the_commands_refuse(cluster: Moves, action: str, body: dict[str, Any], expected: tuple[int, str]) -> None:
    assert cluster.refused("POST", f"{CLI}/{action}", body) == expected and cluster.movement() == {}


def test_abort_and_trigger_act_at_once(cluster: Moves) -> None:
    cluster.start()
    assert cluster.call("POST", f"{CLI}/abort", WHO).status == 200 and cluster.show()["phase"] == "cleaning_up"
    assert cluster.wait(5).show()["completion_status"] == "Aborted" and cluster.state() == "aborted"
    cluster.start(state="cutover_wait").wait(200)
    assert cluster.call("POST", f"{CLI}/trigger-cutover", WHO).status == 200 and cluster.show()["phase"] == "cutover"


def test_a_forced_trigger_disrupts(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=9)
    cluster.start(state="cutover_wait").wait(200)
    cluster.call("POST", f"{CLI}/trigger-cutover", {**WHO, "force": True})
    assert cluster.wait(120).state() == "success" and cluster.entries("outage")


def test_modify_counts_from_the_next_attempt(cluster: Moves) -> None:
    cluster.trigger("fail_cutovers", volume="nas1_vol1a", times=2)
    cluster.start().wait(50)
    body = {"cutover-window": 60, "cutover-attempts": 2, "cutover-action": "defer_on_failure"}
    assert cluster.call("PATCH", f"{CLI}?{QUERY}&privilege_level=advanced", body).status == 200
    assert cluster.movement()["cutover_window"] == 60
    assert cluster.wait(50 + 60 + 10 + 60).show()["phase"] == "cutover_hard_deferred"
    assert cluster.refused("PATCH", f"{CLI}?{QUERY}", {"cutover-window": 5}) == (400, "262245")
    assert cluster.refused("PATCH", f"{CLI}?{QUERY}", {"state": "done"}) == (400, "262196")
    assert cluster.refused("PATCH", f"{CLI}?volume=nobody", {"cutover-window": 60}) == (404, "4")


def test_the_movements_of_a_scenario_are_shown_and_can_be_ended() -> None:
    cluster = Moves("volume_move")
    rows = cluster.get(f"{CLI}?fields=phase,state,percent_complete")["records"]
    assert {row["volume"]: row["phase"] for row in rows} == {
        "nas1_vol1a": "cutover_hard_deferred",
        "san1_vol1a": "cutover",
        "nas1_vol2a": "replicating",
    }
    assert cluster.call("POST", f"{CLI}/abort", {"vserver": "nas1", "volume": "nas1_vol2a"}).status == 200
    assert cluster.wait(5).state("nas1_vol2a") == "aborted"
