# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Going back to a snapshot: a whole volume, or a single LUN."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.api_client import Client
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, VOLUMES, Cluster


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


@pytest.fixture(name="volume")
def _volume(cluster: Cluster) -> str:
    return cluster.make()


def names(cluster: Cluster, volume: str) -> list[str]:
    """The names of the snapshots of a volume."""
    return cluster.names(f"{volume}/snapshots")


def prepared(cluster: Cluster, volume: str) -> dict[str, Any]:
    """A volume that has changed since its snapshot s1; the row of its LUN."""
    cluster.write(volume, 2 * GIB)
    lun = cluster.lun(volume, "lun0", GIB)
    cluster.snapshot(volume, "s1")
    cluster.write(volume, 3 * GIB)
    lun["sim"]["content"] = "overwritten"
    lun["space"]["size"] = 2 * GIB
    cluster.lun(volume, "lun1", GIB)
    cluster.snapshot(volume, "s2")
    return lun


@pytest.mark.parametrize("how", ["body", "nested", "query", "uuid"])
def test_a_volume_goes_back_and_newer_snapshots_are_gone(cluster: Cluster, volume: str, how: str) -> None:
    prepared(cluster, volume)
    uuid = next(record["uuid"] for record in cluster.get(f"{volume}/snapshots?name=s1")["records"])
    query = {"query": "?restore_to.snapshot.name=s1", "uuid": f"?restore_to.snapshot.uuid={uuid}"}.get(how, "")
    body: dict[str, Any] = {"body": {"restore_to.snapshot.name": "s1"}, "nested": {"restore_to": {"snapshot": {"name": "s1"}}}}.get(how, {})
    cluster.patched(f"{volume}{query}", body)
    assert names(cluster, volume) == ["s1"] and cluster.luns() == ["/vol/vol/lun0"]
    (lun,) = cluster.world.store.table("luns").values()
    assert (lun["sim"]["content"], lun["space"]["size"]) == ("first content of lun0", GIB)
    assert cluster.space(volume)["used"] == 2 * GIB


def test_a_restore_keeps_size_and_settings(cluster: Cluster, volume: str) -> None:
    cluster.snapshot(volume, "s1")
    cluster.patched(volume, {"size": 20 * GIB, "comment": "later"})
    cluster.patched(volume, {"restore_to.snapshot.name": "s1"})
    assert (cluster.show(volume)["size"], cluster.show(volume)["comment"]) == (20 * GIB, "later")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"restore_to.snapshot.name": "nobody"}, "524511"),
        ({"restore_to.snapshot.name": "s1", "comment": "x"}, "918251"),
        ({"restore_to.path": "/lun0"}, "524511"),
        ({"restore_to.snapshot.name": "s1", "restore_to.path": "/nobody"}, "542797"),
        ({"restore_to.snapshot.name": "s1", "restore_to.path": "/lun0", "restore_to.byte_count": 4096}, "262196"),
        ({"restore_to.nonsense": "x"}, "262179"),
    ],
)
def test_a_bad_restore_is_refused(cluster: Cluster, volume: str, body: dict[str, Any], code: str) -> None:
    prepared(cluster, volume)
    assert cluster.refused("PATCH", volume, body) == (400, code)
    assert names(cluster, volume) == ["s1", "s2"]


def test_an_offline_volume_is_not_restored(cluster: Cluster, volume: str) -> None:
    cluster.snapshot(volume, "s1")
    cluster.patched(volume, {"state": "offline"})
    assert cluster.refused("PATCH", volume, {"restore_to.snapshot.name": "s1"}) == (400, "9437885")


def test_newer_snapshots_that_somebody_needs_stop_a_restore(cluster: Cluster, volume: str) -> None:
    cluster.snapshot(volume, "s1")
    newer = cluster.snapshot(volume, "s2", expiry_time="2026-01-02T00:00:00Z")
    assert cluster.refused("PATCH", volume, {"restore_to.snapshot.name": "s1"}) == (400, "9437886")
    cluster.simulator.advance(86400)
    cluster.world.store.table("snapshots")[newer.rsplit("/", 1)[1]]["owners"] = ["snapmirror"]
    assert cluster.refused("PATCH", volume, {"restore_to.snapshot.name": "s1"}) == (400, "1638480")
    cluster.patched(f"{volume}?restore_to.snapshot.force=true", {"restore_to.snapshot.name": "s1"})
    assert names(cluster, volume) == ["s1"]


def test_a_snapshot_with_a_clone_stops_a_restore_and_goes_back_itself(cluster: Cluster, volume: str) -> None:
    cluster.snapshot(volume, "s1")
    cluster.clone("copy")
    assert cluster.refused("PATCH", volume, {"restore_to.snapshot.name": "s1"}) == (400, "9437886")
    made = next(name for name in names(cluster, volume) if name.startswith("clone_copy"))
    cluster.patched(volume, {"restore_to.snapshot.name": made})


def test_a_single_lun_goes_back_and_the_rest_stays(cluster: Cluster, volume: str) -> None:
    prepared(cluster, volume)
    cluster.patched(volume, {"restore_to.snapshot.name": "s1", "restore_to.path": "/lun0"})
    content = {row["name"]: row["sim"]["content"] for row in cluster.world.store.table("luns").values()}
    assert content == {"/vol/vol/lun0": "first content of lun0", "/vol/vol/lun1": "first content of lun1"}
    assert names(cluster, volume) == ["s1", "s2"]


def test_a_single_lun_goes_back_beside_the_one_that_is_there(cluster: Cluster, volume: str) -> None:
    prepared(cluster, volume)
    query = "restore_to.snapshot.name=s1&restore_to.path=/vol/vol/lun0&restore_to.restore_path=/vol/vol/old"
    cluster.patched(f"{volume}?{query}", {})
    content = {row["name"]: row["sim"]["content"] for row in cluster.world.store.table("luns").values()}
    assert (content["/vol/vol/lun0"], content["/vol/vol/old"]) == ("overwritten", "first content of lun0")


@pytest.mark.parametrize(("query", "outages"), [("", 1), ("?preserve_lun_ids=true", 0)])
def test_hosts_lose_restored_luns_for_a_moment_unless_their_identities_are_preserved(query: str, outages: int) -> None:
    client = Client()
    path = f"{VOLUMES}/{client.uuid('/storage/volumes', 'san1_vol1a')}"
    client.done(client.call("POST", f"{path}/snapshots", {"name": "s1"}))
    assert client.done(client.call("PATCH", f"{path}{query}", {"restore_to.snapshot.name": "s1"}))["state"] == "success"
    assert client.world.ledger.verdict()["outages"] == outages
