# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SMB sessions whose loss is allowed, and waiting for all others; in the module that is about them and in those that ask it."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.modules import smb_session_info
from ansible_collections.ndo.ontap.tests.simulator.scenarios import presets
from ansible_collections.ndo.ontap.tests.unit.smb_users import GIVEN, IDLE, MIXED, PLAIN, TAKEN, info, moments, session, users, volumes

SESSIONS = "/protocols/cifs/sessions"


# -- whose loss is allowed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "left"),
    [
        ([{"user": "example\\plain"}], ["mixed"]),
        (["user=EXAMPLE\\plain", "client=198.51.100.172"], []),
        ([{"client": "198.51.100.168/29"}], []),
        ([{"client": "2001:db8::/32"}], ["mixed", "plain"]),
        ([{"volume": "nas1_vol1a"}], []),
        ([{"volume": "nas1_vol*", "svm": "nas2"}], ["mixed", "plain"]),
        ([{"volume": "nas1_vol1a", "user": MIXED}], ["plain"]),
        ([{"svm": "nas1"}], []),
        ([{"share": "plain"}], ["mixed"]),
        ([{"share": "plain"}, {"share": "protected", "svm": "nas1"}], []),
        ([{"share": "plain", "volume": "nas1_vol1a"}, {"share": "protected", "volume": "other"}], ["mixed"]),
        (["share=plain", "user=*\\MIX*"], []),
        ([{"user": "plain"}], ["mixed", "plain"]),
        ([], ["mixed", "plain"]),
    ],
    ids=str,
)
def test_allowed_sessions_are_not_left(lab: Any, allow: list[Any], left: list[str]) -> None:
    result = info(lab("smb_sessions"), takeover_of="ndo-01", allow=allow)
    assert users(result["left"]) == left
    assert users(result["allowed"]) == sorted({"mixed", "plain"} - set(left))
    assert result["safe"] == (not left)
    assert {one["user"] for one in result["records"] if one["allowed"]} == {one["user"] for one in result["allowed"]}


def test_session_with_several_volumes_needs_all_of_them_to_be_given_up(lab: Any) -> None:
    cluster = lab("smb_sessions")
    session(cluster, PLAIN, volumes=volumes(cluster, "nas1_vol1a", "nas1_vol1b"))
    both = [{"volume": "nas1_vol1a"}, {"volume": "nas1_vol1b", "user": "EXAMPLE\\p*"}]
    assert users(info(cluster, takeover_of="ndo-01", allow=both[:1])["left"]) == ["plain"]
    assert info(cluster, takeover_of="ndo-01", allow=both)["safe"]


def test_files_of_which_nobody_knows_the_volume_are_not_given_up(lab: Any) -> None:
    cluster = lab("smb_sessions")
    session(cluster, PLAIN, volumes=[])
    assert "plain" in users(info(cluster, takeover_of="ndo-01", allow=[{"share": "*"}])["left"])
    assert "plain" in users(info(cluster, takeover_of="ndo-01", allow=[{"volume": "*"}])["left"])


@pytest.mark.parametrize(
    ("allow", "words"),
    [
        ([{}], "does not say whose"),
        (["EXAMPLE\\plain"], "does not say whose"),
        ([{"name": "x"}], "does not say whose"),
        ([7], "does not say whose"),
        ([{"user": ""}], "user is empty"),
        ([{"user": None, "svm": "nas1"}], "user is empty"),
        (["volume="], "volume is empty"),
        ([{"client": "198.51.100.1/24"}], "host bits set"),
        ([{"client": "somewhere"}], "neither an address nor a network"),
    ],
    ids=str,
)
@pytest.mark.parametrize("module", ["smb_session_info", "maintenance_info", "lif_migrate"])
def test_entry_that_means_nothing_is_refused_before_anything_is_sent(lab: Any, module: str, allow: list[Any], words: str) -> None:
    cluster = lab("smb_sessions")
    task: dict[str, Any] = {
        "smb_session_info": {"allow": allow},
        "maintenance_info": {"node": "ndo-01", "smb_allow": allow},
        "lif_migrate": {"from_node": "ndo-01", "svm": "nas1", "name": "nas1_lif1", "smb_allow": allow},
    }[module]
    result = cluster.run(module, **task)
    assert result["failed"] and words in result["msg"], result
    assert cluster.requests() == []


def twin(scenario: Any) -> dict[str, Any]:
    """A second SVM with the same user at the same client and volumes of the same names."""
    spec = scenario()
    first = spec["svms"][0]
    lifs = [{**one, "name": one["name"] + "b", "address": one["address"].replace("100.2", "101.2")} for one in first["lifs"]]
    sessions = [{**one, "lif": one["lif"] + "b"} for one in first["sessions"] if one["user"] == PLAIN]
    spec["svms"].append({**first, "name": "nas2", "lifs": lifs, "sessions": sessions, "nfs_clients": []})
    return spec


def test_user_with_sessions_in_two_svms_is_told_apart(lab: Any) -> None:
    cluster = lab(twin(presets.smb_sessions))
    result = info(cluster, takeover_of="ndo-01", user=[PLAIN])
    assert [one["svm"] for one in result["records"]] == ["nas1", "nas2"]
    assert "(nas1, 2 open files)" in result["message"] and "(nas2, 2 open files)" in result["message"]
    result = info(cluster, takeover_of="ndo-01", user=[PLAIN], allow=[{"user": PLAIN, "svm": "nas2"}])
    assert ([one["svm"] for one in result["left"]], [one["svm"] for one in result["allowed"]]) == (["nas1"], ["nas2"])
    assert [(one["svm"], one["sessions"]) for one in result["counts"]["volumes"]] == [("nas1", 1), ("nas2", 1)]


# -- waiting -------------------------------------------------------------------------------------------------------------


def watched(cluster: Any, check_mode: bool = False, **task: Any) -> tuple[dict[str, Any], list[str]]:
    """A task, and the lines that it showed."""
    params = {name: spec.get("default") for name, spec in smb_session_info.ARGUMENTS.options.items()}
    told: list[str] = []
    result = modules.perform(smb_session_info.body, {**params, **cluster.connection(), **task}, check_mode, told.append)
    assert cluster.writes() == []
    return result, told


@pytest.mark.parametrize("check_mode", [False, True])
def test_users_are_waited_for_and_named_meanwhile(lab: Any, check_mode: bool) -> None:
    cluster = lab("smb_sessions")
    cluster.trigger("smb_files", 40, user=PLAIN)
    cluster.trigger("smb_files", 90, user=MIXED)
    result, told = watched(cluster, check_mode, takeover_of="ndo-01", wait_timeout=600)
    assert result["safe"] and result["records"] == []
    assert 90 <= result["waited"] < 105
    assert told[0].startswith("ndo-01: 2 SMB session(s) left: EXAMPLE\\plain at 198.51.100.171 (nas1, 2 open files); EXAMPLE\\mixed")
    assert any(line.startswith("ndo-01: 1 SMB session(s) left: EXAMPLE\\mixed") for line in told)
    assert told[-1] == "ndo-01: no SMB session is left that would be lost"


def test_allowed_sessions_are_not_waited_for(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.trigger("smb_files", 30, user=PLAIN)
    result = info(cluster, takeover_of="ndo-01", wait_timeout=600, allow=[{"user": MIXED}])
    assert result["safe"] and users(result["allowed"]) == ["mixed"] and result["waited"] < 45
    assert "1 SMB session(s) may be lost at the takeover of ndo-01" in result["message"]


def test_who_comes_while_others_leave_is_waited_for_too(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.trigger("smb_files", 20, user=IDLE, open_files=3)
    for user in (PLAIN, MIXED):
        cluster.trigger("smb_files", 30, user=user)
    cluster.trigger("smb_files", 100, user=IDLE)
    assert 100 <= info(cluster, takeover_of="ndo-01", wait_timeout=600)["waited"] < 115


def test_end_of_the_time_is_told_with_those_who_are_left(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.trigger("smb_files", 20, user=PLAIN)
    result = info(cluster, takeover_of="ndo-01", wait_timeout=60)
    assert (result["safe"], users(result["left"])) == (False, ["mixed"])
    assert 60 <= result["waited"] < 65 and "EXAMPLE\\mixed at 198.51.100.172 (nas1, 4 open files)" in result["message"]


def test_waiting_goes_on_while_the_address_is_silent(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.fault("GET", SESSIONS, "lif_silent", nth=2, seconds=60)
    for user in (PLAIN, MIXED):
        cluster.trigger("smb_files", 30, user=user)
    assert info(cluster, takeover_of="ndo-01", wait_timeout=600)["safe"]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"takeover_of": "ndo-09"}, "has no node ndo-09"),
        ({"giveback_of": ["aggr1_ndo_01", "aggr9"]}, "has no aggregate aggr9"),
        ({"takeover_of": "ndo-01", "giveback_of": ["aggr1_ndo_01"]}, "mutually exclusive"),
        ({"wait_timeout": -1}, "cannot be negative"),
        ({"limit": 0}, "at least 1"),
        ({"client": ["198.51.100.300"]}, "neither an address nor a network"),
        ({"filter": {"shoe_size": 4}}, "nothing to filter by"),
        ({"unprotected": True, "svm": ["nas1"], "filter": {"svm": "nas1"}}, "selected in two ways"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused(lab: Any, task: dict[str, Any], words: str) -> None:
    result = lab("smb_sessions").run("smb_session_info", **task)
    assert result["failed"] and words in result["msg"], result


def test_account_that_may_not_read_sessions_is_told_so(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.fault("GET", SESSIONS, "error", status=403, code="6", message="not authorized for that command")
    result = cluster.run("smb_session_info")
    assert result["failed"] and "not authorized" in result["msg"]


# -- the other modules ---------------------------------------------------------------------------------------------------


def test_maintenance_takes_the_allow_list_and_tells_the_moments(lab: Any) -> None:
    cluster = lab("smb_sessions")
    result = cluster.run("maintenance_info", node="ndo-01", smb_allow=[{"user": PLAIN}])
    (objection,) = result["objections"]
    assert "1 SMB session(s)" in objection["detail"] and MIXED in objection["detail"] and PLAIN not in objection["detail"]
    assert f"{TAKEN} (1), and again {GIVEN} (1)" in objection["detail"] and "smb_allow" in objection["remedy"]
    assert [one["check"] for one in result["warnings_found"]] == ["smb_sessions"]
    assert moments(result["smb"])["takeover", "ndo-01"] == ["mixed", "plain"]
    result = cluster.run("maintenance_info", node="ndo-01", smb_allow=[{"volume": "nas1_vol1a"}])
    assert not result["objections"] and result["smb"]["safe"]
    # The nodes, aggregates, mark, moves and sessions, and of these the volumes and LIFs.
    assert result["api"]["requests"] == 7


def test_run_that_has_only_to_be_verified_is_not_refused_for_sessions(lab: Any) -> None:
    cluster = lab("smb_sessions")
    cluster.run("cluster_tag", key="ndo_maintenance_ndo-01", value="serviced")
    result = cluster.run("maintenance_info", node="ndo-01")
    assert (result["steps"], result["objections"], result["smb"]["moments"]) == (["giveback", "verify"], [], [])


def test_lif_leaves_when_the_sessions_through_it_are_given_up(lab: Any) -> None:
    cluster = lab("smb_sessions")
    task: dict[str, Any] = {"svm": "nas1", "name": "nas1_lif1", "to_node": "ndo-02"}
    result = cluster.run("lif_migrate", **task, smb_allow=[{"user": PLAIN}])
    assert result["failed"] and "1 SMB session(s) through it" in result["msg"] and PLAIN not in result["msg"]
    assert cluster.writes() == []
    assert cluster.run("lif_migrate", **task, smb_allow=[{"user": PLAIN}, {"client": "198.51.100.172"}])["changed"]
    assert cluster.world.ledger.verdict()["lost_sessions"] == 2
