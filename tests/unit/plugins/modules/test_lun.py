# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lun, beyond the laws: what it refuses, how it finds a LUN, and what it does on bad days."""

from __future__ import annotations

from typing import Any

import pytest

VOLUME = "san1_vol1a"
PATH = f"/vol/{VOLUME}/log"
NEW: dict[str, Any] = {"svm": "san1", "name": PATH, "size": "10GiB", "os_type": "linux"}
MAPPED: dict[str, Any] = {"svm": "san1", "name": f"/vol/{VOLUME}/lun0"}
GIB = 1024**3


def row_of(cluster: Any, path: str, svm: str = "san1") -> Any:
    """The simulator's own row of a LUN, or None."""
    return next((row for row in cluster.world.store.each("luns", name=path) if row["svm"]["name"] == svm), None)


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with an unmapped LUN."""
    made = lab()
    assert made.run("lun", **NEW)["actions"] == ["create"]
    made.forget()
    return made


def test_a_new_lun_brings_what_ontap_gave_to_it(cluster: Any) -> None:
    record = cluster.run("lun", **NEW)["record"]
    row = row_of(cluster, PATH)
    assert (record["uuid"], record["serial_number"]) == (row["uuid"], row["serial_number"])
    assert record["naa"] == "naa.600a0980" + row["serial_number"].encode().hex()


@pytest.mark.parametrize("by", ["uuid", "serial_number"])
def test_a_lun_is_found_by_its_numbers(cluster: Any, by: str) -> None:
    number = row_of(cluster, PATH)[by]
    result = cluster.run("lun", svm="san1", **{by: number}, comment="found")
    assert (result["actions"], result["record"]["name"], len(cluster.requests())) == (["modify"], PATH, 2)
    assert row_of(cluster, PATH)["comment"] == "found"


def test_a_lun_found_by_its_uuid_can_be_renamed(cluster: Any) -> None:
    uuid = row_of(cluster, PATH)["uuid"]
    assert cluster.run("lun", svm="san1", uuid=uuid, name=PATH + "2")["actions"] == ["modify"]
    assert row_of(cluster, PATH + "2")["uuid"] == uuid


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"uuid": "00000000-0000-4000-8000-000000000000"}, "There is no LUN with uuid 00000000"),
        ({"serial_number": "aaaaaaaaaaaa"}, "There is no LUN with serial number aaaaaaaaaaaa"),
        ({"name": "log"}, "LUN log: say in which volume it is"),
        ({"name": "/vol/log"}, "'/vol/log' is not the path of a LUN"),
        ({"name": PATH, "volume": "other"}, "is not in the volume other"),
        ({"name": "q/log", "volume": VOLUME}, "'q/log' is not the name of a LUN"),
        ({"name": PATH + "2"}, "a new LUN needs size and os_type"),
        ({"name": PATH, "size": "ten"}, "'ten' is not a size"),
        ({}, "one of the following is required: name, uuid, serial_number"),
        ({"name": PATH, "state": "restored"}, "state is restored but any of the following are missing: snapshot, clone_from"),
        ({"name": PATH + "2", "from_name": "nothing"}, "does not exist, and neither does /vol/san1_vol1a/nothing"),
        ({"name": PATH, "os_type": "vmware"}, "os_type is 'linux' and cannot be changed to 'vmware'"),
        ({"name": "/vol/san1_vol1b/log", "from_name": PATH}, "that is another volume, and a move of data"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("lun", svm="san1", **task)
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert cluster.writes() == []


def test_a_shrink_that_was_not_asked_for_by_name_is_refused(cluster: Any) -> None:
    result = cluster.run("lun", **{**NEW, "size": "5GiB"}, comment="x")
    assert "has 10737418240 bytes, and 5368709120 were asked for" in result["msg"] and "allow_shrink" in result["msg"]
    assert cluster.writes() == [] and row_of(cluster, PATH)["space"]["size"] == 10 * GIB


def test_a_size_that_ontap_rounded_up_is_the_size_that_was_asked_for(cluster: Any) -> None:
    # 450 GiB became 483247783936 bytes on a real system.
    row_of(cluster, PATH)["space"]["size"] = 483247783936
    assert cluster.run("lun", **{**NEW, "size": "450GiB"})["actions"] == []
    assert cluster.run("lun", **{**NEW, "size": "451GiB"})["actions"] == ["modify"]


@pytest.mark.parametrize("task", [{"state": "absent"}, {"online": False}, {"state": "restored", "snapshot": "s"}])
def test_what_a_host_uses_is_protected_and_named(cluster: Any, task: dict[str, Any]) -> None:
    result = cluster.run("lun", **MAPPED, **task)
    assert "is mapped to" in result["msg"] and "LUN id 0" in result["msg"] and "allow_mapped" in result["msg"]
    assert cluster.writes() == []
    assert cluster.world.ledger.verdict()["non_disruptive"]


def test_a_mapped_lun_is_deleted_when_the_task_says_so(cluster: Any) -> None:
    assert cluster.run("lun", **MAPPED, state="absent", allow_mapped=True)["actions"] == ["delete"]
    assert row_of(cluster, MAPPED["name"]) is None


def test_contents_come_back_and_the_lun_stays_itself(cluster: Any) -> None:
    assert not cluster.run("snapshot", svm="san1", volume=VOLUME, name="good").get("failed")
    row = row_of(cluster, PATH)
    before = row["sim"]["content"]
    row["sim"]["content"] = "spoiled"
    cluster.forget()
    result = cluster.run("lun", svm="san1", name=PATH, state="restored", snapshot="good", safety_snapshot="spoiled")
    assert result["actions"] == ["snapshot", "restore"] and len(cluster.writes()) == 2
    after = row_of(cluster, PATH)
    assert after["sim"]["content"] == before
    assert (after["uuid"], after["serial_number"]) == (row["uuid"], row["serial_number"])
    assert {"good", "spoiled"} <= {one["name"] for one in cluster.world.store.each("snapshots") if one["volume"]["name"] == VOLUME}


def test_contents_of_another_lun_come_into_a_lun_that_stays_itself(cluster: Any) -> None:
    assert not cluster.run("lun", svm="san1", name=PATH + "_copy", clone_from=PATH).get("failed")
    row = row_of(cluster, PATH)
    before, row["sim"]["content"] = row["sim"]["content"], "spoiled"
    cluster.forget()
    result = cluster.run("lun", svm="san1", name=PATH, state="restored", clone_from=PATH + "_copy")
    assert (result["actions"], len(cluster.requests())) == (["restore"], 2)
    after = row_of(cluster, PATH)
    assert (after["sim"]["content"], after["uuid"], after["serial_number"]) == (before, row["uuid"], row["serial_number"])


def test_a_failed_safety_snapshot_leaves_the_lun_alone(cluster: Any) -> None:
    assert not cluster.run("snapshot", svm="san1", volume=VOLUME, name="good").get("failed")
    row_of(cluster, PATH)["sim"]["content"] = "present"
    result = cluster.run("lun", svm="san1", name=PATH, state="restored", snapshot="good", safety_snapshot="good")
    assert result.get("failed") and "525059" in result["msg"]
    assert row_of(cluster, PATH)["sim"]["content"] == "present"


def test_a_restore_without_the_snapshot_says_so(cluster: Any) -> None:
    result = cluster.run("lun", svm="san1", name=PATH, state="restored", snapshot="nothing")
    assert result.get("failed") and "nothing" in result["msg"]


def test_a_clone_that_is_larger_than_asked_for_is_not_shrunk(cluster: Any) -> None:
    result = cluster.run("lun", svm="san1", name=PATH + "2", clone_from="log", size="5GiB")
    assert "the clone has 10737418240 bytes" in result["msg"] and result["error"]["actions_done"] == ["create"]
    assert row_of(cluster, PATH + "2")["space"]["size"] == 10 * GIB


@pytest.mark.parametrize("name", ["a*", "a|b", "!a", "a,b", "a b", "a..b", "<a", ">a", 'a"b', "null"])
def test_a_name_with_operators_means_exactly_that_lun(cluster: Any, name: str) -> None:
    path = f"/vol/{VOLUME}/{name}"
    for bystander in ("a", "b", "aa"):
        assert cluster.run("lun", **{**NEW, "name": f"/vol/{VOLUME}/{bystander}"})["actions"] == ["create"]
    others = {row["name"] for row in cluster.world.store.each("luns")}
    made = cluster.run("lun", **{**NEW, "name": path})
    if made.get("failed"):
        assert made["error"]["code"] and name in made["msg"] + path
        assert {row["name"] for row in cluster.world.store.each("luns")} == others
        return
    assert made["actions"] == ["create"]
    assert cluster.run("lun", **{**NEW, "name": path})["actions"] == []
    assert cluster.run("lun", svm="san1", name=path, state="absent")["actions"] == ["delete"]
    assert {row["name"] for row in cluster.world.store.each("luns")} == others


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_that_is_cut_short_never_turns_into_a_create(cluster: Any, kind: str) -> None:
    cluster.fault("GET", "/storage/luns", kind, **({"records": 0} if kind == "short_page" else {}))
    assert cluster.run("lun", **NEW)["actions"] == []


def test_a_lun_of_the_same_path_in_another_svm_is_another_lun(lab: Any) -> None:
    cluster = lab("san")
    twins = {}
    for row in cluster.world.store.each("luns"):
        twins.setdefault(row["name"], []).append(row["svm"]["name"])
    path, svms = next((path, svms) for path, svms in twins.items() if len(svms) == 2)
    assert cluster.run("lun", svm=svms[0], name=path, comment="first")["actions"] == ["modify"]
    assert [row_of(cluster, path, svm)["comment"] for svm in svms] == ["first", row_of(cluster, path, svms[1])["comment"]]
    assert row_of(cluster, path, svms[1])["comment"] != "first"


def test_a_lun_that_was_made_only_in_part_is_finished(lab: Any) -> None:
    cluster = lab()
    cluster.fault("POST", "/storage/luns", "drop_after")
    result = cluster.run("lun", **NEW, comment="whole")
    assert result["actions"] == ["create"] and result["record"]["uuid"] == row_of(cluster, PATH)["uuid"]
