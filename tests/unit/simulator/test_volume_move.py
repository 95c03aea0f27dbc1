# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volume moves by PATCH: start, progress, end, and what can be done to them on the way."""

from __future__ import annotations

import time
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.move_client import GIB, VOLUMES, Moves


@pytest.fixture(name="cluster")
def _cluster() -> Moves:
    """Two pairs of nodes; volumes with 100 GiB."""
    return Moves()


def test_a_move_copies_and_cuts_over_and_the_volume_is_what_it_was(cluster: Moves) -> None:
    before = cluster.get(f"{cluster.volume('nas1_vol1a')}?fields=**")
    response = cluster.patch("nas1_vol1a", destination_aggregate={"name": "aggr2_ndo_02"})
    assert response.status == 202 and cluster.movement() == {}
    cluster.ended(response)
    assert cluster.movement()["destination_aggregate"]["name"] == "aggr2_ndo_02"
    assert cluster.state() == "replicating" and cluster.movement()["cutover_window"] == 30
    cluster.wait(50)
    assert (cluster.movement()["percent_complete"], cluster.where()) == (50, "aggr1_ndo_01")
    cluster.wait(51)
    assert (cluster.state(), cluster.movement()["percent_complete"], cluster.where()) == ("cutover", 100, "aggr1_ndo_01")
    cluster.wait(4)
    assert (cluster.state(), cluster.movement()["percent_complete"], cluster.where()) == ("success", 100, "aggr2_ndo_02")
    after = cluster.get(f"{cluster.volume('nas1_vol1a')}?fields=**")
    assert {name for name in {**before, **after} if before.get(name) != after.get(name)} == {"aggregates", "movement"}


def test_its_clients_notice_a_pause_and_nothing_else(cluster: Moves) -> None:
    cluster.start().wait(200)
    pauses = cluster.entries("io_pause")
    assert {entry["object"] for entry in pauses} == {"nas1_vol1a"} and {entry["seconds"] for entry in pauses} == {4.0}
    assert cluster.verdict()["non_disruptive"] and len(cluster.world.ledger.entries) == len(pauses) > 0


def test_the_destination_can_be_named_by_uuid_in_a_query_too(cluster: Moves) -> None:
    uuid = cluster.uuid("/storage/aggregates", "aggr2_ndo_04")
    body = {"movement.destination_aggregate.uuid": uuid, "movement.cutover_window": "60"}
    response = cluster.call("PATCH", f"{VOLUMES}?name=nas1_vol1a&svm.name=nas1", body)
    assert response.status == 202 and response.body["num_records"] == 1
    cluster.wait(200)
    assert cluster.where() == "aggr2_ndo_04" and cluster.movement()["cutover_window"] == 60


@pytest.mark.parametrize("held_as", ["cutover_pending", "cutover_wait"])
def test_a_move_waits_for_its_trigger(cluster: Moves, held_as: str) -> None:
    cluster.world.settings["move_held_as"] = held_as
    cluster.start(state="cutover_wait").wait(5000)
    assert (cluster.state(), cluster.movement()["percent_complete"], cluster.where()) == (held_as, 100, "aggr1_ndo_01")
    assert not cluster.entries("io_pause")
    assert cluster.steer("nas1_vol1a", "cutover").state() == "cutover"
    assert cluster.wait(4).state() == "success" and cluster.where() == "aggr2_ndo_02"


def test_a_move_that_copies_can_be_told_to_wait_and_to_go_on_by_itself(cluster: Moves) -> None:
    cluster.start().steer("nas1_vol1a", "cutover_wait")
    assert cluster.state() == "replicating" and cluster.wait(500).state() == "cutover_pending"
    cluster.start("nas1_vol1b", "aggr1_ndo_02", state="cutover_wait").steer("nas1_vol1b", "cutover")
    assert cluster.state("nas1_vol1b") == "replicating" and cluster.wait(200).state("nas1_vol1b") == "success"


def test_a_pause_costs_nothing_but_time(cluster: Moves) -> None:
    cluster.start().wait(39).steer("nas1_vol1a", "paused")
    assert (cluster.state(), cluster.movement()["percent_complete"]) == ("paused", 40)
    assert cluster.wait(1000).movement()["percent_complete"] == 40
    cluster.steer("nas1_vol1a", "replicating")
    assert cluster.state() == "replicating" and cluster.wait(59).state() == "replicating"
    assert cluster.wait(6).where() == "aggr2_ndo_02"


def test_an_aborted_move_takes_a_moment_and_leaves_everything_as_it_was(cluster: Moves) -> None:
    free = cluster.free("aggr2_ndo_02")
    cluster.start().wait(30)
    assert cluster.free("aggr2_ndo_02") == free - 30 * GIB
    assert cluster.steer("nas1_vol1a", "aborted").state() == "replicating"
    assert cluster.patch("nas1_vol1a", destination_aggregate={"name": "aggr2_ndo_04"}).body["error"]["code"] == "13107406"
    assert cluster.wait(5).state() == "aborted" and cluster.movement()["percent_complete"] == 31
    assert (cluster.where(), cluster.free("aggr2_ndo_02")) == ("aggr1_ndo_01", free)
    assert cluster.start(to="aggr2_ndo_04").wait(200).where() == "aggr2_ndo_04"


@pytest.mark.parametrize("state", ["aborted", "paused", "cutover", "cutover_wait"])
def test_what_comes_during_the_cutover_is_ignored(cluster: Moves, state: str) -> None:
    cluster.start().wait(100)
    assert cluster.state() == "cutover"
    assert cluster.steer("nas1_vol1a", state).wait(4).state() == "success"


def test_the_last_movement_stays_and_another_move_can_follow(cluster: Moves) -> None:
    cluster.start().wait(10000)
    assert cluster.state() == "success"
    assert cluster.start(to="aggr1_ndo_01").wait(200).where() == "aggr1_ndo_01"


# -- many at a time --------------------------------------------------------------------------------------------------------


def test_moves_of_a_node_share_its_rate(cluster: Moves) -> None:
    cluster.start("nas1_vol1a", "aggr2_ndo_03")
    cluster.start("nas1_vol1c", "aggr2_ndo_04")
    cluster.start("nas1_vol2a", "aggr2_ndo_02")
    cluster.wait(40)
    # The first one was alone on its node for a second.
    assert [cluster.movement(f"nas1_vol{name}")["percent_complete"] for name in ("1a", "1c", "2a")] == [21, 20, 40]
    cluster.wait(64)
    assert cluster.state("nas1_vol2a") == "success" and cluster.movement()["percent_complete"] == 53
    # What they had in common is over one after the other: the second one ends as quickly as it would have alone.
    assert cluster.wait(97 + 4).state() == "success" and cluster.wait(1).state("nas1_vol1c") == "success"


def crowd(cluster: Moves, count: int) -> list[str]:
    """That many volumes in an aggregate of the first node."""
    names = [f"crowd{number}" for number in range(count)]
    origin = cluster.row("nas1_vol1a")
    for name in names:
        row = {**origin, "name": name, "uuid": None, "nas": dict(origin["nas"], path=f"/{name}"), "sim": {"data": GIB}}
        row.pop("msid", None)
        cluster.world.store.insert("volumes", row)
    return names


def test_a_node_has_eight_references_and_the_rest_waits_for_its_turn(cluster: Moves) -> None:
    names = crowd(cluster, 12)
    cluster.world.settings["move_job"] = 0
    for name in names:
        assert cluster.patch(name, destination_aggregate={"name": "aggr2_ndo_03"}).status == 202
    assert [cluster.state(name) for name in names] == ["replicating"] * 8 + ["queued"] * 4
    assert cluster.movement(names[-1])["percent_complete"] == 0
    # Another pair is not held up.
    cluster.start("nas1_vol2a", "aggr2_ndo_04")
    assert cluster.state("nas1_vol2a") == "replicating"
    cluster.wait(12)
    assert [cluster.state(name) for name in names] == ["success"] * 8 + ["replicating"] * 4
    assert {cluster.where(name) for name in cluster.wait(60) and names} == {"aggr2_ndo_03"}


def test_a_move_within_a_node_refers_to_it_twice(cluster: Moves) -> None:
    names = crowd(cluster, 5)
    cluster.world.settings["move_job"] = 0
    for name in names:
        cluster.start(name, "aggr2_ndo_01")
    assert [cluster.state(name) for name in names] == ["replicating"] * 4 + ["queued"]
    assert cluster.steer(names[4], "aborted").wait(5).state(names[4]) == "aborted"


def test_a_large_cluster_stays_quick_while_volumes_move() -> None:
    cluster = Moves("large", used=GIB)
    for number in range(1, 41):
        to = f"aggr{2 + number % 20}_big_{1 + (number + 3) % 8:02d}"
        cluster.patch(f"nas{1 + number % 6}_vol{number:04d}", destination_aggregate={"name": to})
    cluster.wait(1)
    moving = cluster.get(f"{VOLUMES}?movement.state=replicating|queued&fields=movement")["num_records"]
    assert moving == 40
    started = time.process_time()
    cluster.get(f"{VOLUMES}?fields=movement&max_records=5000")
    assert time.process_time() - started < 2.0
    started = time.process_time()
    cluster.wait(600)
    assert time.process_time() - started < 4.0
    assert cluster.get(f"{VOLUMES}?movement.state=success")["num_records"] == 40


# -- what else goes on -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "target", "body"),
    [
        ("DELETE", "", None),
        ("PATCH", "", {"state": "offline"}),
        ("PATCH", "", {"encryption": {"enabled": True}}),
        ("PATCH", "", {"movement": {"destination_aggregate": {"name": "aggr2_ndo_02"}}}),
        ("PATCH", "", {"movement": {"destination_aggregate": {"name": "aggr1_ndo_03"}}}),
        ("PATCH", "?restore_to.snapshot.name=s1", {}),
    ],
)
def test_what_would_disturb_a_move_is_refused(cluster: Moves, method: str, target: str, body: Any) -> None:
    cluster.done(cluster.call("POST", f"{cluster.volume('nas1_vol1a')}/snapshots", {"name": "s1"}))
    cluster.start()
    assert cluster.refused(method, cluster.volume("nas1_vol1a") + target, body) == (400, "13107406")
    assert cluster.wait(200).state() == "success"


def test_tiering_has_to_wait(cluster: Moves) -> None:
    cluster.start()
    path = cluster.volume("nas1_vol1a")
    assert cluster.refused("PATCH", path, {"tiering": {"policy": "auto"}}) == (400, "918193")
    assert cluster.refused("PATCH", path, {"tiering": {"min_cooling_days": 5}}) == (400, "918293")
    assert cluster.refused("PATCH", path, {"movement": {"tiering_policy": "auto"}}) == (400, "918193")


def test_a_volume_is_renamed_resized_and_has_snapshots_taken_while_it_moves(cluster: Moves) -> None:
    path = cluster.volume("nas1_vol1a")
    cluster.start()
    cluster.world.settings.update(volume_job=1, snapshot_job=1)
    response = cluster.call("POST", f"{path}/snapshots", {"name": "during"})
    assert response.status == 202
    cluster.ended(cluster.call("PATCH", path, {"name": "other", "size": 2 * 1024 * GIB}))
    cluster.wait(200)
    assert (cluster.where("other"), cluster.get(f"{path}/snapshots")["num_records"]) == ("aggr2_ndo_02", 1)


def test_a_deleted_volume_cannot_be_found_by_the_job_of_its_move(cluster: Moves) -> None:
    path = cluster.volume("nas1_vol1a")
    cluster.world.settings.update(move_job=5, volume_job=1)
    response = cluster.patch("nas1_vol1a", destination_aggregate={"name": "aggr2_ndo_02"})
    cluster.call("DELETE", path)
    job = cluster.done(response)
    assert (job["state"], job["error"]["code"]) == ("failure", "4")


# -- a scenario that has movements -----------------------------------------------------------------------------------------


def test_the_movements_of_a_scenario_stand_still_until_somebody_steers_them() -> None:
    cluster = Moves("volume_move")
    names = ("nas1_vol1a", "san1_vol1a", "nas1_vol2a")
    assert [cluster.wait(10000).state(name) for name in names] == ["cutover_pending", "cutover", "replicating"]
    assert cluster.steer("nas1_vol1a", "cutover").wait(4).where() == "aggr2_ndo_01"
    assert cluster.steer("san1_vol1a", "aborted").wait(10).state("san1_vol1a") == "cutover"
    assert cluster.steer("nas1_vol2a", "paused").movement("nas1_vol2a")["percent_complete"] == 42
    assert cluster.steer("nas1_vol2a", "aborted").wait(5).state("nas1_vol2a") == "aborted"
    assert cluster.refused("PATCH", cluster.volume("san1_vol1a"), {"movement": {"destination_aggregate": {"name": "aggr2_ndo_02"}}})[1] == (
        "13107406"
    )
