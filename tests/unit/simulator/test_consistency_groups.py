# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/application/consistency-groups: creating, changing and deleting groups and their children."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.simulator.group_client import GIB, GROUPS, SVM, Groups, add


@pytest.fixture(name="client")
def _client() -> Groups:
    """Fifty LUNs over eight volumes."""
    return Groups()


def nested(client: Groups) -> str:
    """The path of a parent `app` with the children data (vol1) and logs (vol2)."""
    children = [{"name": "data", "volumes": add("vol1")}, {"name": "logs", "volumes": add("vol2")}]
    return client.make(volumes=(), consistency_groups=children)


def body(*volumes: dict[str, Any], name: str = "app", **more: Any) -> dict[str, Any]:
    """A POST of a group."""
    return {"svm": SVM, "name": name, "volumes": list(volumes), **more}


def child(name: str, action: str | None = None, **more: Any) -> dict[str, Any]:
    """A child, as a body names it."""
    return {"name": name, **({"provisioning_options": {"action": action}} if action else {}), **more}


# -- existing volumes ------------------------------------------------------------------------------------------------------


def test_a_group_of_existing_volumes(client: Groups) -> None:
    path = client.make(snapshot_policy={"name": "default"}, application={"type": "oracle", "component_type": "data"}, _tags=["team:db"])
    record = client.show(path)
    assert record["name"] == "app" and record["svm"]["name"] == "san1" and record["replicated"] is False
    assert record["snapshot_policy"]["name"] == "default" and record["application"] == {"type": "oracle", "component_type": "data"}
    assert record["_tags"] == ["team:db"] and [one["name"] for one in record["volumes"]] == ["vol1", "vol2"]
    assert len(record["luns"]) == 14 and record["luns"][0]["lun_maps"][0]["igroup"]["name"] == "db1"
    assert record["space"]["size"] == sum(one["space"]["size"] for one in record["volumes"]) == 2 * 1024 * GIB
    assert record["tiering"] == {"policy": "none"} and "clone" not in record and "parent_consistency_group" not in record
    short = client.get(path)
    assert "volumes" not in short and "luns" not in short and "space" in short


def test_volumes_and_luns_tell_their_group(client: Groups) -> None:
    path = client.make()
    uuid = path.rsplit("/", 1)[1]
    (volume,) = client.get("/api/storage/volumes?name=vol1&fields=consistency_group")["records"]
    assert volume["consistency_group"]["uuid"] == uuid and volume["consistency_group"]["name"] == "app"
    luns = client.get("/api/storage/luns?location.volume.name=vol1&fields=consistency_group")["records"]
    assert {lun["consistency_group"]["uuid"] for lun in luns} == {uuid}


def test_groups_are_found_by_their_volumes(client: Groups) -> None:
    client.make()
    assert client.names(f"{GROUPS}?volumes.name=vol2&svm.name=san1") == ["app"]
    assert client.names(f"{GROUPS}?volumes.name=vol3") == []
    assert client.names(GROUPS) == ["app", "of_others"]


def test_a_volume_is_in_one_group_only(client: Groups) -> None:
    client.make()
    assert client.refused("POST", GROUPS, body(*add("vol2", "vol3"), name="second")) == (400, "53411865")
    message = client.call("POST", GROUPS, body(*add("other"), name="second")).body["error"]["message"]
    assert '"other"' in message and '"of_others"' in message
    twice = [child("a", volumes=add("vol3")), child("b", volumes=add("vol3"))]
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "second", "consistency_groups": twice}) == (400, "53411865")


@pytest.mark.parametrize(
    ("volume", "code"),
    [
        ({"name": "vol1"}, "53411864"),
        ({"name": "nobody", "provisioning_options": {"action": "add"}}, "53411864"),
        ({"name": "vol1", "provisioning_options": {"action": "create"}, "space": {"size": GIB}}, "917526"),
        ({"name": "vol1", "provisioning_options": {"action": "add"}, "space": {"size": GIB}}, "53411856"),
        ({"name": "vol1", "provisioning_options": {"action": "remove"}}, "53411861"),
        ({"name": "vol1", "provisioning_options": {"action": "reassign"}}, "53411861"),
        ({"name": "fresh"}, "53411864"),
        ({"name": "vol1", "provisioning_options": {"action": "add", "storage_service": {"name": "value"}}}, "262196"),
        ({"name": "san1_root", "provisioning_options": {"action": "add"}}, "53411864"),
    ],
)
def test_a_volume_that_cannot_be_given_is_refused(client: Groups, volume: dict[str, Any], code: str) -> None:
    assert client.refused("POST", GROUPS, body(volume))[1] == code


def test_a_volume_with_snapshot_locking_cannot_join(client: Groups) -> None:
    client.volume("vol1")["snapshot_locking_enabled"] = True
    assert client.refused("POST", GROUPS, body(*add("vol1"))) == (400, "53411959")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": "of_others"}, 409, "53411860"),
        ({"svm": None}, 400, "2621707"),
        ({"svm": {"name": "nobody"}}, 400, "2621462"),
        ({"volumes": []}, 400, "262245"),
        ({"snapshot_policy": {"name": "nobody"}}, 400, "917551"),
        ({"qos": {"policy": {"name": "gold"}}}, 400, "53411856"),
        ({"_tags": ["nocolon"]}, 400, "262247"),
        ({"application": {"type": "abacus"}}, 400, "262247"),
        ({"consistency_groups": [{"name": "x", "volumes": []}]}, 400, "53411853"),
        ({"namespaces": [{"name": "/vol/vol1/ns"}]}, 400, "262196"),
    ],
)
def test_a_group_that_cannot_be_made_is_refused(client: Groups, change: dict[str, Any], status: int, code: str) -> None:
    wanted = {**body(*add("vol1", "vol2")), **change}
    assert client.refused("POST", GROUPS, {name: value for name, value in wanted.items() if value is not None}) == (status, code)


def test_a_group_has_limits(client: Groups) -> None:
    many = [{"name": f"v{number}", "space": {"size": GIB}} for number in range(81)]
    assert client.refused("POST", GROUPS, body(*many)) == (400, "53411853")
    children = [child(f"c{number}", volumes=add(f"vol{number}")) for number in range(1, 7)]
    assert client.refused("POST", GROUPS, {"svm": SVM, "name": "p", "consistency_groups": children}) == (400, "53411853")


def test_a_group_without_a_name_is_called_as_its_only_volume(client: Groups) -> None:
    client.posted(GROUPS, {"svm": SVM, "volumes": add("vol1")})
    assert "vol1" in client.names(GROUPS)
    assert client.refused("POST", GROUPS, {"svm": SVM, "volumes": add("vol2", "vol3")}) == (400, "53411846")


def test_a_name_that_is_being_made_is_taken(client: Groups) -> None:
    assert client.call("POST", GROUPS, body(*add("vol1"))).status == 202
    assert client.refused("POST", GROUPS, body(*add("vol2"))) == (409, "53411860")


def test_a_group_exists_from_a_release_on() -> None:
    assert Groups(version=(9, 9, 1)).refused("GET", GROUPS) == (404, "3")
    client = Groups(version=(9, 10, 1))
    path = client.make()
    assert client.refused("PATCH", path, {"_tags": ["a:b"]}) == (400, "262179")
    gone = {"volumes": [{"name": "vol1", "provisioning_options": {"action": "remove"}}]}
    assert client.refused("PATCH", path, gone) == (400, "262196")


# -- new volumes and LUNs --------------------------------------------------------------------------------------------------


def test_new_volumes_with_luns_and_maps(client: Groups) -> None:
    policy = {"svm": SVM, "name": "gold", "fixed": {"max_throughput_iops": 1000}}
    client.end(client.call("POST", "/api/storage/qos/policies", policy))
    luns = [
        {"name": "/vol/new1/a", "space": {"size": GIB}, "os_type": "linux", "lun_maps": [{"igroup": {"name": "db1"}}]},
        {
            "name": "/vol/new2/b",
            "space": {"size": GIB},
            "os_type": "linux",
            "provisioning_options": {"count": 2},
            "lun_maps": [{"igroup": {"name": "fresh", "initiators": [{"name": "iqn.1994-05.com.example:fresh"}]}}],
        },
    ]
    volumes = [{"name": "new1", "space": {"size": 10 * GIB}}, {"name": "new2"}]
    record = client.show(client.posted(GROUPS, body(*volumes, luns=luns, qos={"policy": {"name": "gold"}})))
    assert [one["name"] for one in record["luns"]] == ["/vol/new1/a", "/vol/new2/b_1", "/vol/new2/b_2"]
    assert [one["lun_maps"][0]["logical_unit_number"] for one in record["luns"][1:]] == [0, 1]
    assert record["luns"][1]["lun_maps"][0]["igroup"]["initiators"] == [{"name": "iqn.1994-05.com.example:fresh"}]
    sizes = {one["name"]: one["space"]["size"] for one in record["volumes"]}
    assert sizes["new1"] == 10 * GIB and 2 * GIB < sizes["new2"] < 2.1 * GIB
    assert record["qos"]["policy"]["name"] == "gold"


def test_a_lun_alone_makes_its_volume_and_the_name_of_the_group(client: Groups) -> None:
    wanted = {"svm": SVM, "luns": [{"name": "/vol/solo/lun1", "space": {"size": GIB}, "os_type": "linux"}]}
    record = client.show(client.posted(GROUPS, wanted))
    assert record["name"] == "solo" and [one["name"] for one in record["volumes"]] == ["solo"]


def test_volumes_by_number(client: Groups) -> None:
    path = client.make()
    client.change(path, volumes=[{"name": "more", "provisioning_options": {"count": 2}, "space": {"size": GIB}}])
    assert client.volumes(path) == ["more_1", "more_2", "vol1", "vol2"]


@pytest.mark.parametrize(
    ("lun", "code"),
    [
        ({"name": "/vol/vol3/a", "space": {"size": GIB}, "os_type": "linux"}, "53411857"),
        ({"name": "/vol/vol1/a", "os_type": "linux"}, "5374884"),
        ({"name": "/vol/vol1/a", "space": {"size": GIB}}, "5374884"),
        ({"name": "/vol/vol1/lun1", "space": {"size": GIB}, "os_type": "linux"}, "53411856"),
        ({"name": "/vol/vol1/lun1", "space": {"size": GIB}, "os_type": "linux", "provisioning_options": {"action": "create"}}, "5374242"),
        ({"name": "lun1", "space": {"size": GIB}, "os_type": "linux"}, "5374127"),
    ],
)
def test_a_lun_that_cannot_be_given_is_refused(client: Groups, lun: dict[str, Any], code: str) -> None:
    assert client.refused("PATCH", client.make(), {"luns": [lun]})[1] == code


def test_luns_are_added_to_members_and_named_ones_stay(client: Groups) -> None:
    path = client.make()
    new = {"name": "/vol/vol1/extra", "space": {"size": GIB}, "os_type": "linux", "provisioning_options": {"action": "create"}}
    client.change(path, luns=[new, {"name": "/vol/vol1/lun1"}])
    assert "/vol/vol1/extra" in [row["name"] for row in client.luns("vol1")] and len(client.luns("vol1")) == 8


def test_nothing_is_left_of_a_request_that_fails_half_way(client: Groups) -> None:
    before = {name: len(client.world.store.table(name)) for name in ("volumes", "luns", "igroups", "consistency_groups", "lun_maps")}
    taken = {"igroup": {"name": "db1", "initiators": [{"name": "iqn.1994-05.com.example:elsewhere"}]}}
    luns = [
        {"name": "/vol/new1/a", "space": {"size": GIB}, "os_type": "linux", "lun_maps": [{"igroup": {"name": "fresh"}}]},
        {"name": "/vol/new1/b", "space": {"size": GIB}, "os_type": "linux", "lun_maps": [taken]},
    ]
    response = client.call("POST", GROUPS, body({"name": "new1"}, *add("vol1"), luns=luns))
    assert client.failed(response) == "53411862"
    assert {name: len(client.world.store.table(name)) for name in before} == before
    assert "consistency_group" not in client.volume("vol1")


# -- changing --------------------------------------------------------------------------------------------------------------


def test_volumes_join_and_leave_and_what_is_not_named_stays(client: Groups) -> None:
    path = client.make()
    client.change(path, volumes=[*add("vol3"), {"name": "vol1"}])
    assert client.volumes(path) == ["vol1", "vol2", "vol3"]
    client.change(path, volumes=[{"name": "vol1", "provisioning_options": {"action": "remove"}}])
    assert client.volumes(path) == ["vol2", "vol3"]
    client.make("second", ("vol1",))
    assert client.refused("PATCH", path, {"volumes": add("vol1")}) == (400, "53411865")
    client.change(path, volumes=[])
    assert client.volumes(path) == ["vol2", "vol3"]


def test_a_group_goes_with_its_last_volume(client: Groups) -> None:
    path = client.make(volumes=("vol1",))
    client.change(path, volumes=[{"name": "vol1", "provisioning_options": {"action": "remove"}}])
    assert client.refused("GET", path) == (404, "4")
    path = client.make(volumes=("vol8",))
    uuid = client.volume("vol8")["uuid"]
    for row in client.luns("vol8"):
        client.call("DELETE", f"/api/storage/luns/{row['uuid']}?allow_delete_while_mapped=true")
    client.drop(f"/api/storage/volumes/{uuid}")
    assert client.refused("GET", path) == (404, "4")


def test_settings_change(client: Groups) -> None:
    path = client.make(application={"type": "oracle"})
    client.change(path, snapshot_policy={"name": "none"}, application={"component_type": "logs"}, _tags=["a:b"])
    record = client.show(path)
    assert record["snapshot_policy"]["name"] == "none" and record["_tags"] == ["a:b"]
    assert record["application"] == {"type": "oracle", "component_type": "logs"}
    client.change(path, volumes=[{"name": "vol1", "snapshot_policy": {"name": "none"}}])
    assert client.volume("vol1")["snapshot_policy"]["name"] == "none"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "other"}, "262196"),
        ({"qos": {"policy": {"name": "gold"}}}, "53411856"),
        ({"volumes": [{"name": "vol1", "space": {"size": GIB}}]}, "53411856"),
        ({"map_to": {"name": "db1"}}, "262196"),
        ({"consistency_groups": [{"name": "data", "provisioning_options": {"action": "create"}}]}, "53411853"),
        ({"provisioning_options": {"action": "demote"}}, "53411853"),
        ({"provisioning_options": {"name": "other"}}, "53411853"),
        ({"clone": {"split_initiated": True}}, "53412056"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused(client: Groups, change: dict[str, Any], code: str) -> None:
    assert client.refused("PATCH", client.make(), change) == (400, code)


def test_deleting_keeps_volumes_luns_and_snapshots(client: Groups) -> None:
    path = nested(client)
    client.posted(f"{path}/snapshots", {"name": "s1"})
    client.drop(path)
    assert client.names(GROUPS) == ["of_others"] and client.names("/api/application/consistency-groups/*/snapshots") == []
    assert client.snapshots("vol1") == ["s1"] and len(client.luns("vol1")) == 7
    assert "consistency_group" not in client.volume("vol1")


def test_an_svm_account_sees_and_makes_only_its_own(client: Groups) -> None:
    wanted = {"name": "app", "volumes": add("vol1")}
    response = client.call("POST", GROUPS, wanted, X_Dot_SVM_Name="san1")
    assert client.end(response)["state"] == "success"
    assert client.get(GROUPS, X_Dot_SVM_Name="san1")["num_records"] == 2


# -- children --------------------------------------------------------------------------------------------------------------


def test_a_parent_and_its_children(client: Groups) -> None:
    path = nested(client)
    record = client.show(path)
    assert [one["name"] for one in record["consistency_groups"]] == ["data", "logs"] and "volumes" not in record
    assert [one["name"] for one in record["consistency_groups"][0]["volumes"]] == ["vol1"]
    assert len(record["consistency_groups"][0]["luns"]) == 7
    inner = client.show(client.named("data"))
    assert inner["parent_consistency_group"]["name"] == "app" and "replicated" not in inner
    assert client.names(f"{GROUPS}?parent_consistency_group.uuid=null") == ["app", "of_others"]


def test_children_come_and_go(client: Groups) -> None:
    path = nested(client)
    single = client.make("single", ("vol3",))
    client.change(
        path,
        consistency_groups=[
            child("fresh", "create", volumes=add("vol4")),
            {"name": "single", "provisioning_options": {"action": "add", "name": "adopted"}},
        ],
    )
    assert sorted(one["name"] for one in client.show(path)["consistency_groups"]) == ["adopted", "data", "fresh", "logs"]
    assert client.show(single)["parent_consistency_group"]["name"] == "app"
    client.change(path, consistency_groups=[{"name": "data", "provisioning_options": {"action": "remove", "name": "alone"}}])
    assert "parent_consistency_group" not in client.show(client.named("alone"))
    (volume,) = client.get("/api/storage/volumes?name=vol1&fields=consistency_group")["records"]
    assert volume["consistency_group"]["name"] == "alone"


def test_volumes_of_a_child_change_through_the_parent(client: Groups) -> None:
    path = nested(client)
    client.change(path, consistency_groups=[child("data", volumes=add("vol3"))])
    assert client.volumes(client.named("data")) == ["vol1", "vol3"]
    moved = [{"name": "vol3", "provisioning_options": {"action": "reassign"}}]
    client.change(path, consistency_groups=[child("logs", volumes=moved), {"name": "data"}])
    assert client.volumes(client.named("logs")) == ["vol2", "vol3"] and client.volumes(client.named("data")) == ["vol1"]


def test_a_group_is_promoted_and_demoted(client: Groups) -> None:
    path = client.make()
    client.change(path, provisioning_options={"action": "promote", "name": "parent"}, consistency_groups=[child("inner", "create")])
    record = client.show(path)
    assert record["name"] == "parent" and [one["name"] for one in record["consistency_groups"]] == ["inner"]
    assert client.volumes(client.named("inner")) == ["vol1", "vol2"]
    client.change(path, provisioning_options={"action": "demote"})
    assert client.volumes(path) == ["vol1", "vol2"] and client.names(GROUPS) == ["of_others", "parent"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"volumes": add("vol3")}, "53411853"),
        ({"consistency_groups": [child("nobody", volumes=add("vol3"))]}, "53411842"),
        ({"consistency_groups": [child("data", "create", volumes=add("vol3"))]}, "53411860"),
        ({"consistency_groups": [child("fresh", "create")]}, "262245"),
        ({"consistency_groups": [child("nobody", "add")]}, "53411842"),
        ({"consistency_groups": [child("data", "add")]}, "53411853"),
        ({"consistency_groups": [{"name": "data", "provisioning_options": {"action": "remove", "name": "of_others"}}]}, "53411860"),
        ({"consistency_groups": [child("data", "promote")]}, "53411853"),
        ({"provisioning_options": {"action": "promote"}, "consistency_groups": [child("x", "create")]}, "53411853"),
    ],
)
def test_a_change_of_children_that_cannot_be_made_is_refused(client: Groups, change: dict[str, Any], code: str) -> None:
    assert client.refused("PATCH", nested(client), change)[1] == code


def test_geometry_begins_with_a_release() -> None:
    client = Groups(version=(9, 12, 1))
    path = nested(client)
    for one in (child("fresh", "create", volumes=add("vol3")), child("data", "remove")):
        assert client.refused("PATCH", path, {"consistency_groups": [one]}) == (400, "262196")


def test_a_renamed_volume_or_svm_is_shown_by_its_new_name(client: Groups) -> None:
    path = client.make()
    made = client.posted(f"{path}/snapshots", {"name": "s1"})
    client.change(f"/api/storage/volumes/{client.volume('vol1')['uuid']}", name="renamed")
    assert client.volumes(path) == ["renamed", "vol2"]
    assert [one["volume"]["name"] for one in client.show(made)["snapshot_volumes"]] == ["renamed", "vol2"]
