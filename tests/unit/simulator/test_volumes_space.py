# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Space that adds up: in a volume, in its aggregate, and what happens when there is none."""

from __future__ import annotations

import time

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model import snapshots, space
from ansible_collections.ndo.ontap.tests.simulator.model.refusal import Refusal
from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, TIB, VOLUMES, Cluster


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


def test_data_luns_and_reserve_add_up_to_the_size(cluster: Cluster) -> None:
    path = cluster.make(**{"space.snapshot.reserve_percent": 10})
    cluster.write(path, GIB)
    cluster.lun(path, "thick", 2 * GIB, reserved=True, used=GIB)
    cluster.lun(path, "thin", 50 * GIB, used=GIB)
    seen = cluster.space(path)
    assert (seen["used"], seen["available"], seen["snapshot"]["reserve_size"]) == (4 * GIB, 5 * GIB, GIB)
    assert (seen["afs_total"], seen["percent_used"], seen["user_data"], seen["footprint"]) == (9 * GIB, 40, 3 * GIB, 3 * GIB)
    assert space.volume_used(cluster.world, cluster.row(path)) == 4 * GIB


def test_snapshots_fill_their_reserve_and_then_the_volume(cluster: Cluster) -> None:
    path = cluster.make(**{"space.snapshot.reserve_percent": 10})
    cluster.snapshot(path, "s1")
    uuid = cluster.row(path)["uuid"]
    snapshots.hold(cluster.world, uuid, GIB // 2)
    seen = cluster.space(path)
    assert (seen["used"], seen["available"], seen["snapshot"]["reserve_available"]) == (0, 9 * GIB, GIB // 2)
    snapshots.hold(cluster.world, uuid, GIB)
    seen = cluster.space(path)
    assert (seen["snapshot_spill"], seen["used"], seen["available"]) == (GIB // 2, GIB // 2, 8 * GIB + GIB // 2)
    assert (seen["snapshot"]["used"], seen["snapshot"]["space_used_percent"]) == (GIB * 3 // 2, 150)


def test_a_volume_shrinks_to_what_is_in_it_and_no_further(cluster: Cluster) -> None:
    path = cluster.make(**{"space.snapshot.reserve_percent": 20})
    cluster.write(path, 4 * GIB)
    assert cluster.refused("PATCH", path, {"size": 5 * GIB - 1}) == (400, "917534")
    cluster.patched(path, {"space.size": 5 * GIB})
    seen = cluster.show(path)
    assert (seen["size"], seen["space"]["size"], seen["space"]["available"]) == (5 * GIB, 5 * GIB, 0)
    cluster.patched(path, {"size": 6 * GIB, "space.snapshot.reserve_percent": 0})
    assert cluster.space(path)["available"] == 2 * GIB


def test_what_is_written_while_the_job_runs_counts(cluster: Cluster) -> None:
    path = cluster.make()
    response = cluster.call("PATCH", path, {"size": 5 * GIB})
    cluster.write(path, 6 * GIB)
    assert cluster.done(response)["error"]["code"] == "917534"
    assert cluster.show(path)["size"] == 10 * GIB


# -- aggregates ------------------------------------------------------------------------------------------------------------


def test_a_guarantee_takes_the_size_and_without_it_what_is_used_counts(cluster: Cluster) -> None:
    before = cluster.free()
    thick = cluster.make("thick", **{"guarantee.type": "volume"})
    thin = cluster.make("thin")
    assert before - cluster.free() == 10 * GIB
    cluster.write(thick, GIB)
    cluster.write(thin, 2 * GIB)
    assert before - cluster.free() == 12 * GIB
    cluster.patched(thick, {"guarantee.type": "none"})
    assert before - cluster.free() == 3 * GIB
    cluster.patched(thin, {"guarantee.type": "volume"})
    assert before - cluster.free() == 11 * GIB
    cluster.patched(thin, {"size": 20 * GIB})
    assert before - cluster.free() == 21 * GIB


def test_a_full_aggregate_is_an_error_of_the_job(cluster: Cluster) -> None:
    body = {"name": "big", "svm.name": "nas", "aggregates.name": "aggr1_n_01", "size": 30 * TIB}
    cluster.posted(VOLUMES, body)
    job = cluster.done(cluster.call("POST", VOLUMES, {**body, "name": "second"}))
    assert job["state"] == "failure" and "not enough space in aggregate" in job["message"]
    assert cluster.names(f"{VOLUMES}?name=second") == []
    thin = cluster.make("thin", size=30 * TIB)
    assert cluster.failed("PATCH", thin, {"guarantee.type": "volume"}) == "460770"
    assert cluster.failed("PATCH", f"{VOLUMES}/{cluster.uuid('/storage/volumes', 'big')}", {"size": 45 * TIB}) == "460770"
    cluster.patched(thin, {"size": 90 * TIB})
    assert cluster.show(thin)["guarantee"]["type"] == "none"


def test_an_aggregate_counts_its_volumes_and_the_space_that_they_are_promised(cluster: Cluster) -> None:
    cluster.make()
    (record,) = cluster.get("/api/storage/aggregates?name=aggr1_n_01&fields=**")["records"]
    assert record["volume-count"] == 3 and record["space"]["footprint"] == record["space"]["block_storage"]["used"] == 0
    assert Cluster(version=(9, 18, 1)).get("/api/storage/aggregates?fields=space.total_provisioned_space")["num_records"] == 4


@pytest.mark.parametrize("scenario", ["ha_pair", "two_pairs", "volume_move", "single_node"])
def test_the_volumes_of_the_scenarios_fit(scenario: str) -> None:
    client = Client(scenario)
    for record in client.get(f"{VOLUMES}?fields=space")["records"]:
        assert 0 < record["space"]["available"] < record["space"]["size"], record["name"]
    for record in client.get("/api/storage/aggregates?fields=space")["records"]:
        assert record["space"]["block_storage"]["available"] > 0, record["name"]


# -- room that others ask for ----------------------------------------------------------------------------------------------


def test_what_does_not_fit_into_a_volume_is_refused(cluster: Cluster) -> None:
    volume = cluster.row(cluster.make())
    space.require(cluster.world, volume, 10 * GIB)
    with pytest.raises(Refusal) as refused:
        space.require(cluster.world, volume, 10 * GIB + 1, "space.size")
    assert (refused.value.code, refused.value.target) == (space.NO_SPACE, "space.size")


def test_autosize_makes_room_up_to_its_maximum(cluster: Cluster) -> None:
    path = cluster.make(**{"autosize.mode": "grow", "autosize.maximum": 20 * GIB})
    volume = cluster.row(path)
    cluster.write(path, 8 * GIB)
    space.require(cluster.world, volume, 5 * GIB)
    grown = cluster.show(path)["size"]
    assert 13 * GIB * 100 // 85 <= grown <= 20 * GIB
    with pytest.raises(Refusal):
        space.require(cluster.world, volume, 13 * GIB)
    assert cluster.show(path)["size"] == grown


def test_autosize_of_a_guaranteed_volume_needs_room_in_the_aggregate(cluster: Cluster) -> None:
    cluster.make("big", size=39 * TIB, **{"guarantee.type": "volume"})
    limits = {"autosize.mode": "grow", "autosize.maximum": 9 * TIB}
    volume = cluster.row(cluster.make(size=512 * GIB, **{"guarantee.type": "volume"}, **limits))
    with pytest.raises(Refusal):
        space.require(cluster.world, volume, 2 * TIB)


def test_a_size_beyond_the_maximum_of_autosize_moves_the_maximum(cluster: Cluster) -> None:
    path = cluster.make(**{"autosize.maximum": 11 * GIB})
    cluster.patched(path, {"size": 20 * GIB, "autosize.maximum": 20 * GIB})
    assert cluster.show(path)["autosize"]["maximum"] == 20 * GIB
    assert cluster.refused("PATCH", path, {"autosize.maximum": 10 * GIB}) == (400, "918521")
    cluster.patched(path, {"size": 30 * GIB})
    assert cluster.show(path)["autosize"]["maximum"] == 36 * GIB


def test_five_thousand_volumes_are_listed_in_good_time() -> None:
    client = Client("large")
    begin = time.process_time()
    assert client.get(f"{VOLUMES}?max_records=10000&fields=space,clone,guarantee")["num_records"] == 5000
    assert time.process_time() - begin < 2
