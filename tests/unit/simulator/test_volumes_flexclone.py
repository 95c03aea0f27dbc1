# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""FlexClones: made of a snapshot, sharing its blocks, and split from it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.snapshot_rules import CLONE_OWNER
from ansible_collections.ndo.ontap.tests.unit.simulator.volume_client import GIB, TIB, VOLUMES, Cluster

PARENT = {"is_flexclone": True, "parent_volume": {"name": "vol"}}


@pytest.fixture(name="cluster")
def _cluster() -> Cluster:
    return Cluster()


@pytest.fixture(name="parent")
def _parent(cluster: Cluster) -> str:
    """A volume with 4 GiB of data and a LUN."""
    path = cluster.make("vol", **{"nas.path": "/vol", "comment": "the parent"})
    cluster.write(path, 4 * GIB)
    cluster.lun(path, "lun0", 2 * GIB, used=GIB)
    return path


def test_a_clone_is_the_volume_of_its_snapshot(cluster: Cluster, parent: str) -> None:
    base = cluster.show(cluster.snapshot(parent, "base"))
    cluster.write(parent, GIB)
    path = cluster.clone("copy", clone={**PARENT, "parent_snapshot": {"name": "base"}}, comment="the clone")
    record = cluster.show(path)
    assert (record["size"], record["type"], record["comment"], record["state"]) == (10 * GIB, "rw", "the clone", "online")
    assert record["aggregates"] == cluster.show(parent)["aggregates"]
    assert record["clone"]["parent_volume"]["name"] == "vol" and record["clone"]["parent_svm"]["name"] == "nas"
    assert record["clone"]["parent_snapshot"] == {"name": "base", "uuid": base["uuid"]}
    assert (record["clone"]["split_initiated"], record["clone"]["split_estimate"]) == (False, 5 * GIB)
    assert record["space"]["used"] == 5 * GIB and "path" not in record["nas"]
    assert cluster.luns() == ["/vol/copy/lun0", "/vol/vol/lun0"]


def test_without_a_snapshot_one_is_made_and_its_clone_holds_it(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy", **{"nas.path": "/copy"})
    (made,) = cluster.get(f"{parent}/snapshots?fields=owners")["records"]
    assert made["name"].startswith("clone_copy.2026-01-01_") and made["owners"] == [CLONE_OWNER]
    assert cluster.show(path)["nas"]["path"] == "/copy"
    assert cluster.failed("DELETE", f"{parent}/snapshots/{made['uuid']}") == "1638555"
    assert (cluster.show(parent)["clone"]["has_flexclone"], cluster.show(path)["clone"]["has_flexclone"]) == (True, False)


def test_a_clone_takes_no_space_until_it_has_data_of_its_own(cluster: Cluster, parent: str) -> None:
    before = cluster.free()
    path = cluster.clone("copy")
    assert cluster.free() == before
    cluster.write(path, GIB)
    assert before - cluster.free() == GIB


def test_a_clone_of_a_guaranteed_volume_takes_its_size_when_it_is_split(cluster: Cluster) -> None:
    cluster.make("thick", **{"guarantee.type": "volume"})
    before = cluster.free()
    path = cluster.clone("copy", "thick")
    assert cluster.free() == before and cluster.show(path)["guarantee"]["type"] == "volume"
    cluster.patched(path, {"clone.split_initiated": True})
    assert before - cluster.free() == 10 * GIB


def test_a_clone_in_another_svm_and_a_clone_of_a_clone(cluster: Cluster, parent: str) -> None:
    body = {"name": "copy", "svm.name": "san", "clone": {**PARENT, "parent_svm": {"name": "nas"}}}
    assert cluster.refused("POST", VOLUMES, {**body, "nas.path": "/copy"}) == (400, "1520442")
    path = cluster.posted(VOLUMES, body)
    record = cluster.show(path)
    assert (record["svm"]["name"], record["clone"]["parent_svm"]["name"]) == ("san", "nas")
    assert cluster.show(cluster.clone("second", svm={"name": "san"}, clone={**PARENT, "parent_volume": {"name": "copy"}}))
    assert cluster.show(path)["clone"]["has_flexclone"] is True


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"aggregates": [{"name": "aggr1_n_01"}]}, "918247"),
        ({"size": 20 * GIB}, "918247"),
        ({"clone": {"parent_volume": {"name": "vol"}}}, "918247"),
        ({"clone": {**PARENT, "parent_volume": {"name": "nobody"}}}, "524601"),
        ({"clone": {**PARENT, "parent_volume": {}}}, "524601"),
        ({"clone": {**PARENT, "parent_snapshot": {"name": "nobody"}}}, "1638600"),
        ({"clone": {**PARENT, "parent_svm": {"name": "nobody"}}}, "2621462"),
        ({"name": "vol"}, "917526"),
        ({"qos.policy.name": "nobody"}, "8454243"),
    ],
)
def test_a_bad_clone_is_refused(cluster: Cluster, parent: str, more: dict[str, Any], code: str) -> None:
    body = {"name": "copy", "svm.name": "nas", "clone": PARENT, **more}
    assert cluster.refused("POST", VOLUMES, body)[1] == code
    assert cluster.names(f"{VOLUMES}?name=copy") == []


def test_name_and_uuid_of_the_parent_snapshot_must_agree(cluster: Cluster, parent: str) -> None:
    uuid = cluster.snapshot(parent, "one").rsplit("/", 1)[1]
    cluster.snapshot(parent, "two")
    body = {"name": "copy", "svm.name": "nas", "clone": {**PARENT, "parent_snapshot": {"name": "two", "uuid": uuid}}}
    assert cluster.refused("POST", VOLUMES, body) == (400, "918243")


def test_an_offline_volume_is_cloned_from_a_snapshot_only(cluster: Cluster, parent: str) -> None:
    cluster.snapshot(parent, "base")
    cluster.patched(parent, {"state": "offline"})
    assert cluster.refused("POST", VOLUMES, {"name": "copy", "svm.name": "nas", "clone": PARENT}) == (400, "524597")
    assert cluster.clone("copy", clone={**PARENT, "parent_snapshot": {"name": "base"}})


# -- splitting -------------------------------------------------------------------------------------------------------------


def progress(cluster: Cluster, path: str) -> int | None:
    """How far a split is."""
    return cluster.show(path, "clone")["clone"].get("split_complete_percent")


def test_a_split_goes_on_with_the_clock_and_ends_in_a_volume_of_its_own(cluster: Cluster, parent: str) -> None:
    before = cluster.free()
    path = cluster.clone("copy")
    cluster.call("PATCH", path, {"clone.split_initiated": True})
    cluster.simulator.advance(2)
    seen = [progress(cluster, path)]
    for _look in range(3):
        cluster.simulator.advance(15)
        seen.append(progress(cluster, path))
    assert seen == [0, 25, 50, 75] and before - cluster.free() == 5 * GIB
    cluster.simulator.advance(15)
    assert cluster.show(path)["clone"] == {"is_flexclone": False, "has_flexclone": False}
    assert before - cluster.free() == 5 * GIB
    cluster.deleted(f"{parent}/snapshots/{cluster.names(f'{parent}/snapshots', 'uuid')[0]}")


def test_a_stopped_split_begins_anew_with_what_is_left(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    cluster.call("PATCH", path, {"clone.split_initiated": True})
    cluster.simulator.advance(32)
    cluster.call("PATCH", path, {"clone.split_initiated": False})
    cluster.simulator.advance(2)
    assert cluster.show(path)["clone"]["split_initiated"] is False and progress(cluster, path) is None
    cluster.call("PATCH", path, {"clone.split_initiated": True})
    cluster.simulator.advance(2)
    assert progress(cluster, path) == 0
    cluster.simulator.advance(29)
    assert cluster.show(path)["clone"]["is_flexclone"] is False


def test_a_split_stands_still_while_its_clone_is_offline(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    cluster.call("PATCH", path, {"clone.split_initiated": True})
    cluster.simulator.advance(32)
    cluster.call("PATCH", path, {"state": "offline"})
    cluster.simulator.advance(500)
    assert progress(cluster, path) == 53
    cluster.call("PATCH", path, {"state": "online"})
    cluster.simulator.advance(40)
    assert cluster.show(path)["clone"]["is_flexclone"] is False


def test_no_snapshot_of_a_clone_while_it_is_split(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    cluster.call("PATCH", path, {"clone.split_initiated": True})
    cluster.simulator.advance(5)
    assert cluster.refused("POST", f"{path}/snapshots", {"name": "s1"}) == (400, "1520351")


def test_a_split_without_room_fails(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    cluster.make("big", size=40 * TIB - 8 * GIB, **{"guarantee.type": "volume"})
    assert cluster.failed("PATCH", path, {"clone.split_initiated": True}) == "460770"
    assert cluster.show(path)["clone"]["split_initiated"] is False


@pytest.mark.parametrize(
    ("which", "body", "code"), [(0, {}, "917617"), (1, {"comment": "x"}, "918248"), (1, {"clone.parent_snapshot.name": "x"}, "918248")]
)
def test_a_split_that_cannot_be_is_refused(cluster: Cluster, parent: str, which: int, body: dict[str, Any], code: str) -> None:
    path = (parent, cluster.clone("copy"))[which]
    assert cluster.refused("PATCH", path, {"clone.split_initiated": True, **body}) == (400, code)


def test_an_offline_clone_is_not_split(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    cluster.patched(path, {"state": "offline"})
    assert cluster.refused("PATCH", path, {"clone.split_initiated": True}) == (400, "917775")


def test_a_parent_goes_after_its_clones(cluster: Cluster, parent: str) -> None:
    path = cluster.clone("copy")
    assert cluster.failed("DELETE", parent) == "524615"
    assert cluster.show(parent)["state"] == "online"
    cluster.deleted(path)
    assert cluster.show(parent)["clone"]["has_flexclone"] is True
    assert cluster.failed("DELETE", parent) == "524615"
    cluster.simulator.advance(12 * 3600)
    assert cluster.show(parent)["clone"]["has_flexclone"] is False
    cluster.deleted(parent)


def test_a_clone_deleted_by_force_lets_go_of_its_parent(cluster: Cluster, parent: str) -> None:
    cluster.deleted(f"{cluster.clone('copy')}?force=true")
    cluster.deleted(parent)
