# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones of consistency groups and their split; clones of LUNs, and the snapshots that they keep busy."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import GROUPS, SVM, Groups, add

NAMES = ("vol1", "vol2")


@pytest.fixture(name="client")
def _client() -> Groups:
    """A cluster whose hosts have used their LUNs for a while."""
    client = Groups()
    client.simulator.advance(60)
    return client


def cloned(client: Groups, name: str = "copy", **clone: Any) -> str:
    """The path of a clone of the group `app`."""
    clone = {"parent_consistency_group": {"name": "app"}, "volume": {"prefix": "c_"}, **clone}
    return client.posted(GROUPS, {"svm": SVM, "name": name, "clone": clone})


def test_a_clone_of_now_is_write_order_consistent(client: Groups) -> None:
    source = client.make()
    record = client.show(cloned(client))
    assert [one["name"] for one in record["volumes"]] == ["c_vol1", "c_vol2"]
    assert record["clone"]["is_flexclone"] is True and record["clone"]["parent_consistency_group"]["name"] == "app"
    assert record["clone"]["split_initiated"] is False and record["clone"]["volume"] == {"prefix": "c_"}
    rows = client.luns("c_vol1", "c_vol2")
    assert len(rows) == 14 and client.order(rows)["consistent"]
    assert not any(entry["lun"]["name"].startswith("/vol/c_") for entry in client.world.store.each("lun_maps"))
    assert len(client.names(f"{source}/snapshots")) == 1


def test_a_clone_of_a_snapshot_has_what_the_snapshot_has(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    then = client.order([lun for row in client.world.store.each("snapshots", name="s1") for lun in row["sim"]["luns"]])
    client.simulator.advance(10)
    made = cloned(client, parent_snapshot={"name": "s1"}, volume={"prefix": "a_", "suffix": "_z"}, guarantee={"type": "none"})
    assert client.volumes(made) == ["a_vol1_z", "a_vol2_z"]
    assert client.show(made)["clone"]["parent_snapshot"]["name"] == "s1"
    assert client.order(client.luns("a_vol1_z", "a_vol2_z"))["writers"] == then["writers"]


def test_a_clone_keeps_its_snapshot_until_it_is_split(client: Groups) -> None:
    path = client.make()
    snapshot = client.posted(f"{path}/snapshots", {"name": "s1"})
    made = cloned(client, parent_snapshot={"name": "s1"})
    assert client.failed(client.call("DELETE", snapshot)) == "53412007"
    response = client.call("PATCH", made, {"clone": {"split_initiated": True}})
    assert client.end(response)["state"] == "success"
    half = client.show(made)["clone"]
    assert half["split_initiated"] is True and 0 <= half["split_complete_percent"] < 100 and half["split_estimate"] >= 0
    client.simulator.advance(120)
    record = client.show(made)
    assert record["clone"]["is_flexclone"] is False and record["clone"]["split_initiated"] is False
    client.drop(snapshot)
    assert client.refused("PATCH", made, {"clone": {"split_initiated": True}}) == (400, "53412056")


def test_a_clone_may_be_split_from_the_start(client: Groups) -> None:
    client.make()
    assert client.show(cloned(client, split_initiated=True))["clone"]["split_initiated"] is True
    assert client.refused("PATCH", client.named("copy"), {"clone": {"split_initiated": False}}) == (400, "53411853")


def test_a_clone_of_a_parent_has_children(client: Groups) -> None:
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    client.make(volumes=(), consistency_groups=children)
    record = client.show(cloned(client))
    assert [one["name"] for one in record["consistency_groups"]] == ["copy_data", "copy_logs"]
    assert [one["name"] for one in record["consistency_groups"][1]["volumes"]] == ["c_vol2"]
    assert client.order(client.luns("c_vol1", "c_vol2"))["consistent"]


@pytest.mark.parametrize(
    ("clone", "status", "code"),
    [
        ({"parent_consistency_group": {"name": "nobody"}}, 404, "53411842"),
        ({"parent_consistency_group": {"uuid": "00000000-0000-4000-8000-000000000000"}}, 404, "53411843"),
        ({"parent_consistency_group": {}}, 400, "53411846"),
        ({"parent_snapshot": {"name": "nobody"}}, 400, "1638600"),
        ({"volume": {"prefix": "taken_"}}, 409, "917526"),
    ],
)
def test_a_clone_that_cannot_be_made_is_refused(client: Groups, clone: dict[str, Any], status: int, code: str) -> None:
    client.make()
    client.volume("vol8")["name"] = "taken_vol2"
    wanted = {"parent_consistency_group": {"name": "app"}, "volume": {"prefix": "c_"}, **clone}
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "copy", "clone": wanted}) == (status, code)


def test_a_clone_needs_a_name_of_its_own_and_stands_alone(client: Groups) -> None:
    client.make()
    clone = {"parent_consistency_group": {"name": "app"}}
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "app", "clone": clone}) == (409, "53411860")
    assert client.refused("POST", GROUPS, {"svm": SVM, "clone": clone})[1] == "53411846"
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "c", "clone": clone, "volumes": add("vol3")}) == (400, "53411853")


def test_clones_without_affixes_have_names_of_their_own(client: Groups) -> None:
    client.make()
    assert client.volumes(cloned(client, volume={})) == ["vol1_clone", "vol2_clone"]


def test_nothing_is_cloned_from_a_snapshot_that_lost_a_part(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    lost = client.show(made)["snapshot_volumes"][1]
    client.drop(f"/api/storage/volumes/{lost['volume']['uuid']}/snapshots/{lost['snapshot']['uuid']}")
    clone = {"parent_consistency_group": {"name": "app"}, "parent_snapshot": {"name": "s1"}}
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "copy", "clone": clone}) == (400, "53411921")


# -- LUN clones ------------------------------------------------------------------------------------------------------------


def test_a_lun_clone_keeps_its_snapshot_busy_for_a_while(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.clone_luns("s1", "vol1")
    volume = f"/api/storage/volumes/{client.volume('vol1')['uuid']}/snapshots"
    (record,) = client.get(f"{volume}?name=s1&fields=owners")["records"]
    assert record["owners"] == ["lun_clone"]
    snapshot = f"{volume}/{record['uuid']}"
    response = client.call("DELETE", snapshot)
    assert client.end(response, 1)["error"]["code"] == "1638543"
    assert client.end(client.call("PATCH", snapshot, {"name": "deleted_s1"}), 1)["state"] == "success"
    client.simulator.advance(10)
    assert "owners" not in client.show(snapshot)
    client.drop(snapshot)


def test_a_lun_clone_that_is_deleted_lets_go_of_its_snapshot(client: Groups) -> None:
    path = client.make()
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.world.settings["lun_clone_split"] = 1000
    for row in client.clone_luns("s1", "vol1"):
        assert client.call("DELETE", f"/api/storage/luns/{row['uuid']}").status == 200
    (snapshot,) = [row for row in client.world.store.each("snapshots", name="s1") if row["volume"]["name"] == "vol1"]
    client.drop(f"/api/storage/volumes/{snapshot['volume']['uuid']}/snapshots/{snapshot['uuid']}")


def test_a_group_snapshot_is_busy_while_one_of_its_parts_is(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    client.clone_luns("s1", "vol2")
    response = client.call("DELETE", made)
    assert client.end(response, 1)["error"]["code"] == "53412007"
    client.simulator.advance(10)
    client.drop(made)


def test_without_a_split_nothing_is_busy(client: Groups) -> None:
    client.world.settings["lun_clone_split"] = 0
    client.posted(f"{client.make()}/snapshots", {"name": "s1"})
    client.clone_luns("s1", "vol1")
    assert not any("owners" in row or row["sim"].get("splits") for row in client.world.store.each("snapshots"))
