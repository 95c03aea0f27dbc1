# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module volume, beyond the laws: what it refuses, whom it protects, sizes and autosize, names, many volumes, bad days."""

from __future__ import annotations

from typing import Any

import pytest

GIB = 1024**3
VOLUME: dict[str, Any] = {"svm": "nas1", "name": "data"}
NEW: dict[str, Any] = {**VOLUME, "aggregate": "aggr1_ndo_01", "size": "10GiB", "space_guarantee": "none"}
NFS: dict[str, Any] = {"svm": "nas1", "name": "nas1_vol1a"}
SMB: dict[str, Any] = {"svm": "nas1", "name": "nas1_vol1c"}
SAN: dict[str, Any] = {"svm": "san1", "name": "san1_vol1a"}


def row_of(cluster: Any, name: str = "data", svm: str = "nas1") -> Any:
    """The simulator's own row of a volume, or None."""
    return next((row for row in cluster.world.store.each("volumes", name=name) if row["svm"]["name"] == svm), None)


def sent(cluster: Any) -> list[tuple[str, str]]:
    """Method and collection of the requests, without looks at jobs."""
    entries = [one for one in cluster.requests() if "/cluster/jobs" not in one["path"]]
    return [(one["method"], one["path"].split("/")[3]) for one in entries]


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with an unmounted volume of 10 GiB."""
    made = lab()
    assert made.run("volume", **NEW)["actions"] == ["create"]
    made.forget()
    return made


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"name": "other"}, "volume nas1:other does not exist, and a new volume needs aggregate and size"),
        ({"name": "other", "aggregate": "aggr1_ndo_01"}, "a new volume needs size"),
        ({"size": "ten"}, "'ten' is not a size"),
        ({"aggregate": "aggr2_ndo_01"}, "aggregate is 'aggr1_ndo_01' and cannot be changed to 'aggr2_ndo_01'"),
        ({"aggregate": "aggr2_ndo_01"}, "Use ndo.ontap.volume_move"),
        ({"type": "dp"}, "type is 'rw' and cannot be changed to 'dp'"),
        ({"language": "de.utf_8"}, "language is 'c.utf_8' and cannot be changed"),
        ({"online": False, "junction_path": "/data"}, "a volume that is offline has no junction path"),
        ({"size": "20GiB", "autosize": {"mode": "grow", "maximum": "15GiB"}}, "autosize.maximum is smaller than size"),
        ({"unix_permissions": 755}, "755 is not a text of three or four octal digits"),
        ({"unix_permissions": "0789"}, "'0789' is not a text of three or four octal digits"),
        ({"unix_permissions": "rwx"}, 'Put the digits in quotes, such as "0755"'),
        ({"name": "other", "from_name": "nothing"}, "does not exist, and neither does nothing"),
        ({"from_name": "nas1_vol1a"}, "both this name and the old name nas1_vol1a exist"),
        ({"accept": ["everything"]}, "value of accept must be one or more of"),
        ({"efficiency": {"dedupe": "a lot"}}, "value of dedupe must be one of"),
        ({"clone": {"parent_snapshot": "s"}}, "missing required arguments: parent_volume"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("volume", **{**VOLUME, **task})
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert cluster.writes() == []


def test_svm_and_name_are_needed(cluster: Any) -> None:
    result = cluster.run("volume", items=[{"name": "data"}])
    assert "items, entry 1: missing required arguments: svm" in result["msg"] and cluster.requests() == []


@pytest.mark.parametrize(
    ("task", "code", "words"),
    [
        ({"aggregate": "nowhere"}, "917508", "Check the name of the aggregate"),
        ({"svm": "nobody"}, "", "SVM"),
        ({"snapshot_policy": "nothing"}, "917551", "Check snapshot_policy"),
        ({"export_policy": "nothing"}, "918271", "Check export_policy"),
        ({"qos_policy": "nothing"}, "8454243", "Check qos_policy"),
        ({"name": "a b"}, "917888", "has a character that is not allowed"),
        ({"name": "1a"}, "917887", "must start with"),
        ({"size": "1MiB"}, "917534", "below the minimum"),
        ({"size": "900TiB"}, "918639", "above the maximum"),
        ({"type": "dp", "snapshot_policy": "default"}, "917628", "has no snapshot policy"),
    ],
)
def test_a_name_that_does_not_exist_is_told_in_ontaps_words(cluster: Any, task: dict[str, Any], code: str, words: str) -> None:
    result = cluster.run("volume", **{**NEW, "name": "other", **task})
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert result["error"]["code"] == code or not code
    assert row_of(cluster, "other") is None


# -- sizes -----------------------------------------------------------------------------------------------------------------


def test_a_shrink_that_was_not_asked_for_by_name_is_refused(cluster: Any) -> None:
    row_of(cluster)["sim"]["data"] = 3 * GIB
    result = cluster.run("volume", **{**NEW, "size": "5GiB", "comment": "x"})
    assert f"has {10 * GIB} bytes, {3 * GIB} of them used, and {5 * GIB} were asked for" in result["msg"]
    assert "allow_shrink" in result["msg"] and cluster.writes() == []


def test_a_shrink_below_what_is_used_is_refused_by_ontap(cluster: Any) -> None:
    row_of(cluster)["sim"]["data"] = 7 * GIB
    result = cluster.run("volume", **VOLUME, size="5GiB", allow_shrink=True)
    assert result["error"]["code"] == "917534" and row_of(cluster)["size"] == 10 * GIB


@pytest.mark.parametrize("size", [10 * GIB, "10g", "10240 MiB", 10 * GIB - 4095])
def test_the_size_that_is_there_is_no_change(cluster: Any, size: Any) -> None:
    assert cluster.run("volume", **VOLUME, size=size, allow_shrink=True)["actions"] == []


def test_a_single_byte_more_is_a_block_more(cluster: Any) -> None:
    result = cluster.run("volume", **VOLUME, size=10 * GIB + 1)
    assert (result["actions"], row_of(cluster)["size"]) == (["modify"], 10 * GIB + 4096)


@pytest.mark.parametrize("mode", ["grow", "grow_shrink"])
@pytest.mark.parametrize("allow_shrink", [False, True])
def test_what_autosize_has_grown_is_never_shrunk(cluster: Any, mode: str, allow_shrink: bool) -> None:
    task = {**NEW, "autosize": {"mode": mode, "maximum": "20GiB"}, "allow_shrink": allow_shrink}
    assert cluster.run("volume", **task)["actions"] == ["modify"]
    row_of(cluster)["size"] = row_of(cluster)["space"]["size"] = 15 * GIB
    again = cluster.run("volume", **task)
    assert again["actions"] == [] and again["record"]["size"] == 15 * GIB
    assert cluster.run("volume", **task, comment="x")["actions"] == ["modify"]
    assert row_of(cluster)["size"] == 15 * GIB


@pytest.mark.parametrize("autosize", [{"mode": "off"}, {"maximum": "12GiB"}])
def test_where_autosize_ends_a_shrink_has_to_be_asked_for(cluster: Any, autosize: dict[str, Any]) -> None:
    assert cluster.run("volume", **NEW, autosize={"mode": "grow", "maximum": "20GiB"})["actions"] == ["modify"]
    row_of(cluster)["size"] = row_of(cluster)["space"]["size"] = 15 * GIB
    cluster.forget()
    assert "allow_shrink" in cluster.run("volume", **NEW, autosize=autosize)["msg"] and cluster.writes() == []
    assert cluster.run("volume", **NEW, autosize=autosize, allow_shrink=True)["actions"] == ["modify"]
    assert row_of(cluster)["size"] == 10 * GIB


def test_a_growing_volume_is_grown_when_the_task_wants_more(cluster: Any) -> None:
    assert cluster.run("volume", **NEW, autosize={"mode": "grow_shrink", "maximum": "20GiB"})["actions"] == ["modify"]
    assert cluster.run("volume", **{**NEW, "size": "12GiB"})["actions"] == ["modify"]


# -- whom it protects ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("task", "kind", "words"),
    [
        ({**NFS, "junction_path": ""}, "nfs_clients", "would be unmounted from /nas1_vol1a: NFS clients: 198.51.100.110 (nfs3)"),
        ({**NFS, "junction_path": "/else"}, "nfs_clients", "would be unmounted from /nas1_vol1a and mounted at /else: NFS clients"),
        ({**NFS, "online": False}, "nfs_clients", "would be taken offline: NFS clients"),
        ({**SMB, "junction_path": ""}, "smb_clients", "SMB sessions: EXAMPLE\\user1 at 198.51.100.151 (3 open files)"),
        ({**SAN, "online": False}, "mapped_luns", "would be taken offline: mapped LUNs: /vol/san1_vol1a/lun0 (igroup"),
    ],
)
def test_users_are_protected_and_named_until_they_are_accepted(lab: Any, task: dict[str, Any], kind: str, words: str) -> None:
    cluster = lab()
    result = cluster.run("volume", **task)
    assert result.get("failed") and words in result["msg"] and f"accept: [{kind}]" in result["msg"], result["msg"]
    assert result["error"]["kind"] == "Refused" and cluster.writes() == [] and cluster.world.ledger.verdict()["non_disruptive"]
    assert cluster.run("volume", **task, accept=[kind])["actions"] == ["modify"]


def test_a_volume_that_is_renamed_or_changed_keeps_its_users(lab: Any) -> None:
    cluster = lab()
    result = cluster.run(
        "volume", svm="nas1", name="renamed", from_name="nas1_vol1a", junction_path="/NAS1_vol1a", comment="x", size="1100GiB"
    )
    assert result["actions"] == ["modify"] and sent(cluster) == [("GET", "volumes"), ("PATCH", "volumes")]
    assert row_of(cluster, "renamed")["nas"]["path"] == "/nas1_vol1a" and cluster.world.ledger.verdict()["non_disruptive"]


def test_nobody_is_asked_about_what_is_accepted(lab: Any) -> None:
    cluster = lab()
    cluster.run("volume", **NFS, junction_path="", accept=["smb_clients", "nfs_clients"])
    assert sent(cluster) == [("GET", "volumes"), ("PATCH", "volumes")]


def test_going_offline_takes_the_path_away_where_ontap_wants_that_first(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["mounted_volumes"] = "refuse"
    result = cluster.run("volume", svm="nas1", name="nas1_vol2c", online=False, accept=["smb_clients"])
    assert result["record"]["junction_path"] == "" and result["diff"]["before"]["junction_path"] == "/nas1_vol2c"
    assert (row_of(cluster, "nas1_vol2c")["state"], row_of(cluster, "nas1_vol2c")["nas"].get("path")) == ("offline", None)


def test_what_an_offline_volume_does_not_show_is_no_difference(cluster: Any) -> None:
    cluster.world.settings["offline_hides"] = True
    task = {**NEW, "security_style": "unix", "unix_permissions": "0755", "snapshot_reserve": 5, "online": False}
    assert cluster.run("volume", **task)["actions"] == ["modify"]
    assert cluster.run("volume", **task)["actions"] == []
    assert cluster.run("volume", **{**task, "online": True, "snapshot_reserve": 7})["actions"] == ["modify"]
    assert row_of(cluster)["space"]["snapshot"]["reserve_percent"] == 7


def test_a_change_of_an_offline_volume_names_the_way_out(cluster: Any) -> None:
    cluster.run("volume", **VOLUME, online=False)
    result = cluster.run("volume", **VOLUME, size="11GiB")
    assert result["error"]["code"] == "917775" and "Set online: true" in result["msg"]
    assert cluster.run("volume", **VOLUME, size="11GiB", online=True)["actions"] == ["modify"]


def test_an_encrypted_volume_is_not_decrypted(cluster: Any) -> None:
    assert cluster.run("volume", **VOLUME, encrypted=True)["actions"] == ["modify"]
    cluster.forget()
    result = cluster.run("volume", **VOLUME, encrypted=False)
    assert "is encrypted" in result["msg"] and "volume_move" in result["msg"] and cluster.writes() == []


def test_a_volume_that_is_being_encrypted_is_left_to_that(cluster: Any) -> None:
    row_of(cluster)["encryption"] = {"enabled": False, "state": "encrypting", "type": "volume"}
    result = cluster.run("volume", **VOLUME, encrypted=True)
    assert result["actions"] == [] and result["record"]["encrypted"] is True


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_flexgroup_is_none_of_our_business(cluster: Any, state: str) -> None:
    row_of(cluster)["style"] = "flexgroup"
    result = cluster.run("volume", **VOLUME, state=state, comment="x")
    assert "volume nas1:data is a flexgroup" in result["msg"] and "FlexVols only" in result["msg"] and cluster.writes() == []


@pytest.mark.parametrize("kind", ["inline", "background"])
def test_an_efficiency_that_ontap_made_both_is_what_was_asked_for(cluster: Any, kind: str) -> None:
    row_of(cluster)["efficiency"] = {"dedupe": "both", "compression": "both"}
    assert cluster.run("volume", **VOLUME, efficiency={"dedupe": kind, "compression": kind})["actions"] == []


def test_an_efficiency_policy_that_is_a_dash_is_none(cluster: Any) -> None:
    row_of(cluster)["efficiency"]["policy"] = {"name": "-"}
    assert cluster.run("volume", **VOLUME, efficiency={"policy": "none"})["record"]["efficiency"] == {"policy": "none"}


# -- releases --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "task", "since"),
    [
        ((9, 12, 1), {"tags": ["a:b"]}, "9.13.1"),
        ((9, 12, 1), {"snapshot_directory_access": True}, "9.13.1"),
        ((9, 9, 1), {"efficiency": {"storage_efficiency_mode": "efficient"}}, "9.10.1"),
        ((9, 10, 1), {"efficiency": {"compression_type": "adaptive"}}, "9.11.1"),
        ((9, 8, 0), {"fractional_reserve": 0}, "9.9.1"),
    ],
)
def test_an_option_that_the_release_lacks_is_named_before_any_write(lab: Any, version: Any, task: dict[str, Any], since: str) -> None:
    cluster = lab(version=version)
    result = cluster.run("volume", **NEW, **task)
    assert result["error"]["kind"] == "UnsupportedRelease" and since in result["msg"], result["msg"]
    assert cluster.writes() == []


@pytest.mark.parametrize("version", [(9, 8, 0), (9, 9, 1), (9, 12, 1)])
def test_an_old_release_can_do_all_the_rest(lab: Any, version: Any) -> None:
    cluster = lab(version=version)
    task = {
        **NEW,
        "junction_path": "/data",
        "qos_policy": "",
        "autosize": {"mode": "grow"},
        "efficiency": {"policy": "auto"},
        "online": True,
    }
    assert cluster.run("volume", **task)["actions"] == ["create"]
    assert cluster.run("volume", **task)["actions"] == []
    assert cluster.run("volume", **VOLUME, online=False)["actions"] == ["modify"]
    assert cluster.run("volume", **VOLUME, state="absent")["actions"] == ["delete"]


# -- names -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["d*", "data|nas1_vol1a", "!x", "data,x", "d ata", "d..x", "<x", ">a", 'da"ta', "null", "*"])
def test_a_name_with_operators_means_exactly_that_volume(cluster: Any, name: str) -> None:
    before = {row["name"] for row in cluster.world.store.each("volumes")}
    gone = cluster.run("volume", svm="nas1", name=name, state="absent")
    assert gone["changed"] is False and cluster.writes() == []
    made = cluster.run("volume", **{**NEW, "name": name})
    if made.get("failed"):
        assert made["error"]["code"] in ("917887", "917888")
        assert {row["name"] for row in cluster.world.store.each("volumes")} == before
    else:
        assert cluster.run("volume", svm="nas1", name=name, state="absent", accept=["mapped_luns"])["actions"] == ["delete"]
    assert {row["name"] for row in cluster.world.store.each("volumes")} == before


def test_a_volume_of_the_same_name_in_another_svm_is_another_volume(lab: Any) -> None:
    cluster = lab("san")
    assert cluster.run("volume", svm="san2", name="vol1", comment="second")["actions"] == ["modify"]
    assert [row_of(cluster, "vol1", svm)["comment"] for svm in ("san1", "san2")] == ["", "second"]
    both = cluster.run("volume", name="vol1", items=[{"svm": "san1", "comment": "first"}, {"svm": "san2", "comment": "second"}])
    assert both["actions"] == ["modify volume san1:vol1"]


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_that_is_cut_short_never_turns_into_a_create(cluster: Any, kind: str) -> None:
    cluster.fault("GET", "/storage/volumes", kind, **({"records": 0} if kind == "short_page" else {}))
    assert cluster.run("volume", **NEW)["actions"] == []


# -- many volumes, and bad days --------------------------------------------------------------------------------------------


def test_many_volumes_are_one_read_and_their_users_one_read_for_each_kind(lab: Any) -> None:
    cluster = lab()
    names = [f"nas1_vol{number}{letter}" for number in (1, 2) for letter in "abc"]
    result = cluster.run("volume", svm="nas1", junction_path="", items=[{"name": name} for name in names])
    assert result.get("failed") and "6 of 6 objects failed" in result["msg"]
    assert sent(cluster) == [("GET", "volumes"), ("GET", "cifs"), ("GET", "nfs")] and cluster.writes() == []


def test_a_volume_that_is_being_created_is_waited_for(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["volume_job"] = 30
    assert cluster.run("volume", **NEW, wait=False)["job"]["uuid"]
    result = cluster.run("volume", **NEW, comment="second")
    assert result["actions"] == ["modify"] and row_of(cluster)["comment"] == "second"
    assert len(list(cluster.world.store.each("volumes", name="data"))) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_a_lost_answer_makes_no_second_volume(lab: Any, kind: str) -> None:
    cluster = lab()
    cluster.fault("POST", "/storage/volumes", kind)
    result = cluster.run("volume", **NEW)
    assert result["actions"] == ["create"] and result["record"]["uuid"] == row_of(cluster)["uuid"]


def test_a_timeout_says_that_the_work_goes_on(lab: Any) -> None:
    cluster = lab()
    cluster.world.settings["volume_job"] = 100
    result = cluster.run("volume", **NEW, wait_timeout=20)
    assert result["error"]["kind"] == "WaitTimeout" and "goes on in ONTAP" in result["msg"] and result["error"]["job"]
    joined = cluster.run("volume", **NEW)
    assert not joined.get("failed") and joined["actions"] == []
    assert cluster.run("volume", **NEW)["record"]["uuid"] == row_of(cluster)["uuid"]


def test_later_attributes_wait_for_the_volume_also_when_nobody_waits_for_them(lab: Any) -> None:
    cluster = lab()
    result = cluster.run("volume", **NEW, efficiency={"compression_type": "adaptive"}, wait=False)
    assert result["actions"] == ["create", "modify"] and result["job"]["uuid"]
    cluster.advance(10)
    assert row_of(cluster)["efficiency"]["compression_type"] == "adaptive"
