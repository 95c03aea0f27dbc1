# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups beyond the laws: whose volumes are never taken, what is refused and in which words, what an interrupted run leaves."""

from __future__ import annotations

import random
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.unit.consistency_site import SVM, Site

ACCEPT = ["group_snapshots", "mapped_luns", "smb_clients", "nfs_clients", "mirrors", "locked_snapshots"]
NEW = {"name": "fresh", "size": "5GiB"}
LUN = {"name": "/vol/fresh/lun", "size": "1GiB", "os_type": "linux"}


@pytest.fixture
def site(lab: Any) -> Site:
    """Eight volumes with LUNs, and one in a group of others."""
    return Site(lab("groups"))


# -- others ----------------------------------------------------------------------------------------------------------------


def test_a_volume_of_another_group_is_a_refusal_that_names_both(site: Site) -> None:
    message = site.refused(volumes=["vol1", "other"])
    assert "volume other is in consistency group of_others" in message
    site.done(volumes=["vol1"])
    assert "volume other is in consistency group of_others" in site.refused(volumes=["other"], membership="add")
    assert "volume other is in consistency group of_others" in site.refused("fam", children=[{"name": "data", "volumes": ["other"]}])
    assert site.groups() == {"of_others": ["other"], "app": ["vol1"]}


def test_a_volume_is_not_taken_from_a_sibling_in_a_task_about_a_child(site: Site) -> None:
    site.pair()
    assert "volume vol1 is in consistency group data, a child of app" in site.refused("logs", volumes=["vol1", "vol3"])


def test_a_volume_that_others_group_meanwhile_is_ontaps_refusal(site: Site) -> None:
    site.lab.fault("POST", "/application/consistency-groups", "error", status=400, code="53411865", message="Volume is in another group.")
    result = site.run(volumes=["vol1"])
    assert "a volume is in one consistency group" in result["msg"].lower() and "app" not in site.groups()


def test_a_group_of_its_own_becomes_a_child_only_when_that_is_asked_for(site: Site) -> None:
    site.done("mine", volumes=["vol1"])
    children = [{"name": "mine", "volumes": ["vol1"]}, {"name": "data", "volumes": ["vol2"]}]
    assert "mine is a group of its own" in site.refused(children=children)
    children[0]["attach"] = True
    uuid = site.row("consistency_groups", name="mine")["uuid"]
    assert site.done(children=children)["actions"] == ["create"]
    assert site.row("consistency_groups", name="mine")["uuid"] == uuid
    assert "a child of app, cannot become a child of boss" in site.refused("boss", children=[{"name": "mine", "attach": True}])


def test_groups_of_one_name_in_two_svms_are_two(lab: Any) -> None:
    site = Site(lab("san"))
    for svm in ("san1", "san2"):
        site.done(svm=svm, volumes=["vol1"])
    result = site.lab.run("consistency_group", items=[{"svm": svm, "name": "app", "tags": [f"svm:{svm}"]} for svm in ("san1", "san2")])
    assert [one["record"]["svm"] for one in result["results"]] == ["san1", "san2"] and result["changed"]
    site.done(svm="san2", state="absent")
    assert [row["svm"]["name"] for row in site.world.store.each("consistency_groups", name="app")] == ["san1"]


def test_a_page_that_was_cut_short_hides_no_group(site: Site) -> None:
    site.done(volumes=["vol1"])
    site.lab.fault("GET", "/application/consistency-groups", "empty_page")
    assert "of_others" in site.refused(volumes=["vol1", "other"])
    site.lab.fault("GET", "/application/consistency-groups", "empty_page")
    assert not site.done(volumes=["vol1"])["changed"]


@pytest.mark.parametrize("name", ["a*|b", "a!b", "x..y", 'quo"te', "with blank", "<a>,b"])
def test_odd_names_are_taken_literally(site: Site, name: str) -> None:
    site.done("aXb", volumes=["vol2"])
    site.done(name, volumes=["vol1"])
    assert not site.done(name, volumes=["vol1"])["changed"]
    assert site.done(name, state="absent")["actions"] == ["delete"]
    assert site.groups() == {"of_others": ["other"], "aXb": ["vol2"]}


# -- members ---------------------------------------------------------------------------------------------------------------


def test_what_makes_no_sense_is_said_before_anything_is_sent(site: Site) -> None:
    site.done(volumes=["vol1"])
    pair_of = [{"name": "data", "volumes": ["vol2"]}]
    assert "would lose its last volume" in site.refused(volumes=[])
    assert "would be an existing volume and a new one" in site.refused(volumes=["vol1"], new_volumes=[{"name": "vol1", "size": "1GiB"}])
    assert "either volumes or children" in site.refused(volumes=["vol1"], children=pair_of)
    assert "children is empty" in site.refused(children=[])
    assert "a name is used twice" in site.refused("fam", children=[*pair_of, *pair_of])
    assert "is named for data and logs" in site.refused("fam", children=[*pair_of, {"name": "logs", "volumes": ["vol2"]}])
    assert "needs volumes" in site.refused("fam")
    assert "a new one needs volumes" in site.refused("fam", children=[{"name": "data"}])
    assert "goes with state: absent" in site.refused(delete_volumes=["vol1"])
    assert "neither does nobody" in site.refused("late", from_name="nobody")


def test_what_makes_no_sense_about_luns_is_said_before_anything_is_sent(site: Site) -> None:
    site.done(volumes=["vol1"])
    assert "is not on one of its volumes" in site.refused(luns=[{**LUN, "name": "/vol/vol2/x"}])
    assert "is not the path of a LUN" in site.refused(luns=[{**LUN, "name": "vol1/x"}])
    assert "needs size and os_type" in site.refused(luns=[{"name": "/vol/vol1/x"}])
    assert "igroup nobody does not exist" in site.refused(luns=[{**LUN, "name": "/vol/vol1/x", "igroup": "nobody"}])
    many = [{**LUN, "name": f"/vol/vol1/x{number}"} for number in range(17)]
    assert "at most 16" in site.refused(luns=many)
    assert len(site.done(luns=many[:16])["record"]["luns"]) == 16


def test_a_new_volume_that_exists_is_refused_with_the_way_out(site: Site) -> None:
    result = site.run(new_volumes=[{"name": "vol1", "size": "1GiB"}])
    assert "name it in volumes" in result["msg"] and site.groups() == {"of_others": ["other"]}


def test_volumes_and_luns_that_were_made_are_there(site: Site) -> None:
    result = site.done(
        new_volumes=[{**NEW, "snapshot_policy": "none"}], luns=[{**LUN, "igroup": "db1", "lun_id": 77}], snapshot_policy="default"
    )
    assert result["record"]["volumes"] == ["fresh"] and result["record"]["luns"] == [{"name": LUN["name"], "igroups": ["db1"]}]
    volume, lun = site.row("volumes", name="fresh"), site.row("luns", name=LUN["name"])
    assert volume["size"] == 5 * 1024**3 and volume["snapshot_policy"]["name"] == "none" and lun["space"]["size"] == 1024**3
    assert [one["logical_unit_number"] for one in site.world.store.each("lun_maps") if one["lun"]["name"] == LUN["name"]] == [77]


def test_maps_of_luns_are_one_request(site: Site) -> None:
    site.done(volumes=["vol1", "vol2"])
    luns = [{"name": f"/vol/vol{number}/lun1", "igroup": "db2"} for number in (1, 2)]
    site.lab.forget()
    assert site.done(luns=luns)["actions"] == ["map"]
    assert len(site.lab.writes()) == 1
    assert "db2" not in str(site.refused(luns=[{"name": "/vol/vol3/lun1", "igroup": "db2"}]))


def test_a_qos_policy_reaches_all_volumes_and_no_others(site: Site) -> None:
    for name in ("gold", "silver"):
        body = {"name": name, "svm.name": "san1", "fixed.max_throughput_iops": 1000}
        assert not site.lab.run("rest", method="POST", path="storage/qos/policies", body=body).get("failed")
    site.pair()
    assert site.done(qos_policy="gold")["actions"] == ["set_qos"]
    has = {row["name"]: row.get("qos", {}).get("policy", {}).get("name") for row in site.world.store.table("volumes").values()}
    assert {name for name, policy in has.items() if policy == "gold"} == {"vol1", "vol2", "vol3"}
    site.lab.run("volume", svm="san1", name="vol2", qos_policy="silver")
    forecast = site.run(check_mode=True, qos_policy="gold")
    assert forecast["diff"]["before"]["qos_policy"] is None and forecast["actions"] == ["set_qos"]
    assert site.done("data", qos_policy="gold")["changed"] and not site.done(qos_policy="gold")["changed"]
    assert "Check qos_policy" in site.run(qos_policy="nobody")["msg"]


def test_random_families_become_each_other(lab: Any) -> None:
    dice = random.Random(7)
    site = Site(lab("groups"))
    for _round in range(7):
        volumes = [f"vol{number}" for number in range(1, 9)]
        dice.shuffle(volumes)
        cut = dice.randint(1, 4)
        children = [{"name": "one", "volumes": volumes[:cut]}, {"name": "two", "volumes": volumes[cut : cut + dice.randint(1, 4)]}]
        forecast = site.run(check_mode=True, children=children)
        outcome = site.done(children=children)
        assert forecast["actions"] == outcome["actions"]
        assert site.groups() == {"of_others": ["other"], "app": [], **{one["name"]: sorted(one["volumes"]) for one in children}}
        assert not site.done(children=children)["changed"]


# -- children --------------------------------------------------------------------------------------------------------------


def test_a_parent_has_no_volumes_and_does_not_lose_all_children(site: Site) -> None:
    site.pair()
    assert "has children, and no volumes of its own" in site.refused(volumes=["vol1"])
    message = site.refused(children=[{"name": "data", "volumes": ["vol1", "vol2", "vol3"]}])
    assert "vol3" in message and "two tasks" in message
    assert "ONTAP gives a parent no other name" in site.refused("late", from_name="app")
    assert "ONTAP gives a child no other name" in site.refused("late", from_name="data")
    assert "two levels" in site.refused("data", children=[{"name": "deep", "volumes": ["vol4"]}])


def test_a_child_that_is_let_go_keeps_its_volumes(site: Site) -> None:
    site.pair()
    assert site.done(children=[{"name": "data"}])["record"]["children"] == [{"name": "data", "volumes": ["vol1", "vol2"]}]
    assert site.groups() == {"of_others": ["other"], "app": [], "data": ["vol1", "vol2"], "logs": ["vol3"]}
    assert "its only child" in site.refused(children=[{"name": "late", "from_name": "data"}])


def test_the_rename_of_a_child_is_taken_up_where_it_stopped(site: Site) -> None:
    site.pair()
    renamed = [{"name": "data"}, {"name": "late", "from_name": "logs"}]
    uuid = site.row("consistency_groups", name="logs")["uuid"]
    site.lab.fault("PATCH", "/application/consistency-groups/*", "error", nth=2, status=400, code="1", message="Not now.")
    assert site.run(children=renamed)["error"]["actions_done"] == ["detach logs"]
    assert site.done(children=renamed)["actions"] == ["attach"]
    assert site.row("consistency_groups", name="late")["uuid"] == uuid and not site.done(children=renamed)["changed"]


def test_making_a_parent_is_refused_when_the_first_child_is_a_group(site: Site) -> None:
    site.done(volumes=["vol1"])
    site.done("data", volumes=["vol2"])
    assert "Name another child first" in site.refused(children=[{"name": "data", "attach": True}])


# -- names -----------------------------------------------------------------------------------------------------------------


def test_a_renamed_group_is_the_same_and_keeps_its_snapshots(site: Site) -> None:
    site.done(volumes=["vol1", "vol2"])
    site.snapshot()
    uuid = site.row("consistency_groups", name="app")["uuid"]
    result = site.done("late", from_name="app")
    assert result["record"] == {"svm": "san1", "name": "late", "uuid": uuid}
    assert site.groups() == {"of_others": ["other"], "late": ["vol1", "vol2"]}
    assert site.row("consistency_snapshots", name="s1")["consistency_group"]["name"] == "late"
    site.done(volumes=["vol3"])
    assert "both this name and the old name" in site.refused("late", from_name="app")


def test_a_rename_is_taken_up_where_it_stopped(site: Site) -> None:
    site.done(volumes=["vol1"])
    site.lab.fault("PATCH", "/application/consistency-groups/*", "error", status=400, code="1", message="Not now.")
    failed = site.run("late", from_name="app", tags=["a:b"])
    assert failed["error"]["actions_done"] == ["hold"] and "is for now a child of late_rename" in failed["msg"]
    result = site.done("late", from_name="app", tags=["a:b"])
    assert result["actions"] == ["rename", "modify"] and site.groups() == {"of_others": ["other"], "late": ["vol1"]}


# -- clones ----------------------------------------------------------------------------------------------------------------


def test_a_clone_is_split_to_the_end(site: Site) -> None:
    site.done(volumes=["vol1", "vol2"])
    clone = {"parent": "app", "volume_prefix": "c_", "volume_suffix": "_x"}
    assert "clone" in site.refused("copy", clone=clone, volumes=["vol3"])
    result = site.done("copy", clone=clone, split=True)
    assert result["actions"] == ["create", "split"] and result["record"]["split"] == "done"
    assert site.groups()["copy"] == ["c_vol1_x", "c_vol2_x"]
    assert not site.done("copy", clone=clone, split=True)["changed"]


def test_a_split_that_is_under_way_is_joined(site: Site) -> None:
    site.done(volumes=["vol1"])
    assert site.done("copy", clone={"parent": "app"}, split=True, wait=False)["record"]["split"] == "running"
    site.lab.advance(3)
    result = site.done("copy", split=True)
    assert result["joined"] and not result["changed"] and result["record"]["split"] == "done"


def test_a_clone_of_what_is_not_there_is_ontaps_refusal_with_a_hint(site: Site) -> None:
    assert "Check the names of the groups" in site.run("copy", clone={"parent": "nobody"})["msg"]
    site.done(volumes=["vol1"])
    assert "Check clone.snapshot" in site.run("copy", clone={"parent": "app", "snapshot": "nobody"})["msg"]


# -- the end ---------------------------------------------------------------------------------------------------------------


def test_a_group_with_snapshots_is_deleted_only_when_that_is_accepted(site: Site) -> None:
    site.pair()
    site.snapshot()
    site.snapshot("data", "s2")
    message = site.refused(state="absent")
    assert "s1, s2" in message and "accept: [group_snapshots]" in message
    site.done(state="absent", accept=["group_snapshots"])
    assert site.groups() == {"of_others": ["other"]} and len(list(site.world.store.each("snapshots", name="s1"))) == 3
    assert not site.done(state="absent")["changed"]


def test_only_the_named_volumes_are_deleted_and_only_members(site: Site) -> None:
    site.done(new_volumes=[NEW, {"name": "kept", "size": "1GiB"}])
    assert "none of its volumes: vol1" in site.refused(state="absent", delete_volumes=["fresh", "vol1"])
    assert "other (in consistency group of_others)" in site.refused(state="absent", delete_volumes=["other"])
    assert "other (in consistency group of_others)" in site.refused("gone", state="absent", delete_volumes=["other"])
    forecast = site.run(check_mode=True, state="absent", delete_volumes=["fresh"])
    result = site.done(state="absent", delete_volumes=["fresh"])
    assert forecast["actions"] == result["actions"] == ["delete", "delete_volume fresh"] and forecast["diff"] == result["diff"]
    assert [one["volume"] for one in result["recovery"]] == ["fresh"] and result["recovery"][0]["queue"]
    names = {row["name"] for row in site.world.store.table("volumes").values()}
    assert "fresh" not in names and "kept" in names


def test_a_volume_in_use_saves_the_whole_group(site: Site) -> None:
    site.done(volumes=["vol1"], new_volumes=[NEW])
    message = site.refused(state="absent", delete_volumes=["fresh", "vol1"])
    assert "volume san1:vol1 is not deleted: mapped LUNs" in message and "accept: [mapped_luns]" in message
    site.snapshot()
    site.done("copy", clone={"parent": "app", "snapshot": "s1"})
    assert "FlexClones" in site.refused(state="absent", delete_volumes=["vol1"], accept=ACCEPT)
    assert site.groups()["app"] == ["fresh", "vol1"]


def test_volumes_that_an_interrupted_run_left_are_deleted_by_the_next(site: Site) -> None:
    site.done(new_volumes=[NEW, {"name": "second", "size": "1GiB"}])
    task = {"state": "absent", "delete_volumes": ["fresh", "second"]}
    site.lab.fault("DELETE", "/storage/volumes/*", "error", nth=2, status=400, code="1", message="Not now.")
    failed = site.run(**task)
    assert failed["error"]["actions_done"] == ["delete", "delete_volume fresh"] and "The group is gone" in failed["msg"]
    assert site.done(**task)["actions"] == ["delete_volume second"] and not site.done(**task)["changed"]


# -- many ------------------------------------------------------------------------------------------------------------------


def test_many_groups_are_one_read_and_one_write_each(site: Site) -> None:
    items = [{"name": f"app{number}", "volumes": [f"vol{number}"]} for number in range(1, 9)]
    result = site.lab.run("consistency_group", **SVM, items=items)
    assert [one["status"] for one in result["results"]] == ["ok"] * 8 and len(site.lab.requests("POST")) == 8
    site.lab.forget()
    assert not site.lab.run("consistency_group", **SVM, items=items)["changed"]
    assert len(site.lab.requests()) == 1


def test_what_many_groups_must_know_is_read_once(site: Site) -> None:
    luns = [[{"name": f"/vol/vol{n}/lun1", "igroup": "db2"}, {**LUN, "name": f"/vol/vol{n}/new", "igroup": "db1"}] for n in range(1, 5)]
    items = [{"name": f"app{n}", "volumes": [f"vol{n}"], "luns": luns[n - 1]} for n in range(1, 5)]
    site.lab.forget()
    forecast = site.lab.run("consistency_group", **SVM, items=items, check_mode=True)
    assert not forecast.get("failed") and len(site.lab.requests()) == 3
    result = site.lab.run("consistency_group", **SVM, items=items)
    assert [one["actions"] for one in result["results"]] == [["create", "map"]] * 4
    assert not site.lab.run("consistency_group", **SVM, items=items)["changed"]


def test_a_refusal_stops_all_or_is_set_aside(site: Site) -> None:
    items = [{"name": "app", "volumes": ["vol1"]}, {"name": "bad", "volumes": ["other"]}]
    site.lab.forget()
    assert site.lab.run("consistency_group", **SVM, items=items)["failed"] and site.lab.writes() == []
    result = site.lab.run("consistency_group", **SVM, items=items, on_error="continue")
    assert [one["status"] for one in result["results"]] == ["ok", "failed"] and "app" in site.groups()
    twice = site.lab.run("consistency_group", **SVM, items=[items[0], items[0]])
    assert "are the same object" in twice["msg"]


# -- releases --------------------------------------------------------------------------------------------------------------


def test_what_a_release_lacks_is_said_before_the_first_write(lab: Any) -> None:
    site = Site(lab("groups", version=(9, 12, 1)))
    site.done(volumes=["vol1", "vol2"], application_type="oracle")
    assert "option tags needs ONTAP 9.15.1" in site.refused(tags=["a:b"])
    assert "option split needs ONTAP 9.15.1" in site.refused(split=True)
    assert "option children.tags needs ONTAP 9.15.1" in site.refused("fam", children=[{"name": "x", "volumes": ["vol3"], "tags": ["a:b"]}])
    assert site.done(volumes=["vol1"])["actions"] == ["modify"]
    assert "needs ONTAP 9.13.1" in site.run("late", from_name="app")["msg"] and site.groups()["app"] == ["vol1"]


def test_the_oldest_release_has_groups_of_volumes(lab: Any) -> None:
    site = Site(lab("groups", version=(9, 10, 1)))
    site.done(volumes=["vol1"])
    assert site.done(volumes=["vol2"], membership="add")["record"]["volumes"] == ["vol1", "vol2"]
    assert site.done(state="absent")["changed"]
