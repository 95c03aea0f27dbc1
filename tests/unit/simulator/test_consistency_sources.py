# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of consistency groups that a review against the SDK's description and the vendor's collection found; each test names its source."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import GIB, GROUPS, SVM, Groups, add

CREATE: dict[str, Any] = {"provisioning_options": {"action": "create"}, "space": {"size": GIB}, "os_type": "linux"}
MANY: dict[str, Any] = {**CREATE, "provisioning_options": {"action": "create", "count": 2}}


@pytest.fixture(name="client")
def _client() -> Groups:
    """Fifty LUNs over eight volumes."""
    return Groups()


def test_numbers_of_new_objects_go_on_where_the_last_ended(client: Groups) -> None:
    """Source: the vendor's collection, na_ontap_cg, count: the next available index, starting with 1."""
    path = client.make(volumes=("vol1",))
    numbered = {"name": "more", "provisioning_options": {"action": "create", "count": 2}, "space": {"size": GIB}}
    for _time in range(2):
        client.change(path, volumes=[numbered], luns=[{"name": "/vol/vol1/lun", **MANY}])
    assert client.volumes(path) == ["more_1", "more_2", "more_3", "more_4", "vol1"]
    assert sorted(lun["name"] for lun in client.luns("vol1") if "/lun_" in lun["name"]) == [f"/vol/vol1/lun_{n}" for n in (1, 2, 3, 4)]


def test_initiators_of_an_igroup_may_be_texts(client: Groups) -> None:
    """Source: the vendor's collection, na_ontap_cg, which sends them so."""
    path = client.make(volumes=("vol1",))
    maps = [{"igroup": {"name": "fresh", "initiators": ["iqn.1995-08.com.example:one"], "os_type": "linux"}}]
    client.change(path, luns=[{"name": "/vol/vol1/new", **CREATE, "lun_maps": maps}])
    assert [one["name"] for one in client.world.store.find("igroups", name="fresh")["initiators"]] == ["iqn.1995-08.com.example:one"]
    other = [{"igroup": {"name": "db1", "initiators": "iqn.1995-08.com.example:one"}}]
    body = {"luns": [{"name": "/vol/vol1/newer", **CREATE, "lun_maps": other}]}
    assert client.failed(client.call("PATCH", path, body)) == "53411862"
    assert client.refused("PATCH", path, {"volumes": ["vol2"]}) == (400, "262247")


def test_volumes_and_luns_of_a_child_are_shown_like_those_of_a_group(client: Groups) -> None:
    """Source: SDK, the models of both have the same fields, except that those of the group are expensive."""
    path = client.make(volumes=(), consistency_groups=[{"name": "child", "volumes": add("vol1")}])
    (inner,) = client.show(path)["consistency_groups"]
    alone = client.show(client.named("child"))
    assert (inner["volumes"], inner["luns"]) == (alone["volumes"], alone["luns"])
    maps = [{"igroup": {"name": "fresh", "os_type": "linux", "protocol": "iscsi"}}]
    client.change(path, consistency_groups=[{"name": "child", "luns": [{"name": "/vol/vol1/new", **CREATE, "lun_maps": maps}]}])
    assert client.world.store.find("igroups", name="fresh")["protocol"] == "iscsi"


def test_at_most_sixteen_luns_are_given_in_a_request(client: Groups) -> None:
    """Source: SDK's description of luns and of consistency_groups.luns: the maximum number of items."""
    path = client.make(volumes=("vol1",))
    luns = [{"name": f"/vol/vol1/new{number}", **CREATE} for number in range(17)]
    assert client.refused("PATCH", path, {"luns": luns}) == (400, "262247")
    body = {"svm": SVM, "name": "parent", "consistency_groups": [{"name": "child", "volumes": add("vol2"), "luns": luns}]}
    assert client.refused("POST", GROUPS, body) == (400, "262247")
    client.change(path, luns=luns[:16])
    assert len(client.luns("vol1")) == 23


def test_a_restore_of_a_parent_deletes_newer_snapshots_of_its_children(client: Groups) -> None:
    """Source: SDK's description, consistency group snapshots: newer ones are deleted, of whichever group they are."""
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    path = client.make(volumes=(), consistency_groups=children)
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.posted(f"{client.named('data')}/snapshots", {"name": "newer"})
    client.change(path, restore_to={"snapshot": {"name": "s1"}})
    assert client.names(f"{GROUPS}/*/snapshots") == ["s1"]


def test_missing_luns_come_with_the_other_properties(client: Groups) -> None:
    """Source: SDK's description, expensive properties of a snapshot: is_partial and missing_volumes."""
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    lost = next(one for one in client.show(made)["snapshot_volumes"] if one["volume"]["name"] == "vol2")
    client.drop(f"/api/storage/volumes/{lost['volume']['uuid']}/snapshots/{lost['snapshot']['uuid']}")
    record = client.show(made, "*")
    assert len(record["missing_luns"]) == 7 and "missing_volumes" not in record and "is_partial" not in record


def test_the_snapshot_of_a_volume_is_shown_with_the_name_that_it_has_now(client: Groups) -> None:
    """Source: SDK's description: the snapshots of the volumes can be used with the native operations."""
    path = client.make(volumes=("vol1",))
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    (one,) = client.show(made)["snapshot_volumes"]
    client.change(f"/api/storage/volumes/{one['volume']['uuid']}/snapshots/{one['snapshot']['uuid']}", name="renamed")
    client.change(f"/api/storage/volumes/{one['volume']['uuid']}", name="vol1_new")
    (one,) = client.show(made)["snapshot_volumes"]
    assert (one["volume"]["name"], one["snapshot"]["name"]) == ("vol1_new", "renamed")
