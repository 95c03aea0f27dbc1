# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lun_copy, beyond the laws: what is known of a copy, peers, failures, and what is never deleted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.module_utils.lun_copy_scene import Scene
from ansible_collections.ndo.ontap.tests.unit.transfers import MIB, after_looks, row_of

PATH, COPY_PATH = "/vol/san1_vol1a/log", "/vol/san1_vol2b/copy"
COPY: dict[str, Any] = {"svm": "san1", "source": {"lun": PATH}, "name": COPY_PATH}
ACROSS: dict[str, Any] = {"svm": "san2", "source": {"svm": "san1", "lun": "/vol/vol2/lun1"}, "name": "/vol/vol2/copy"}
GONE: dict[str, Any] = {"svm": "san1", "name": COPY_PATH, "state": "absent"}


def peer(cluster: Any, *applications: str) -> None:
    """Make the two SVMs of the scenario peers."""
    body = {"svm": {"name": "san2"}, "peer": {"svm": {"name": "san1"}}, "applications": list(applications)}
    assert not cluster.run("rest", method="POST", path="svm/peers", body=body).get("failed")
    cluster.forget()


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with an unmapped LUN, whose data take 8 seconds to copy."""
    made = lab()
    assert made.run("lun", svm="san1", name=PATH, size="10GiB", os_type="linux", comment="source")["actions"] == ["create"]
    row_of(made, PATH)["space"]["used"] = 2048 * MIB
    made.forget()
    return made


@pytest.fixture
def tenants(lab: Any) -> Any:
    """A cluster with two SVMs that have LUNs of the same names."""
    made = lab("san")
    row_of(made, "/vol/vol2/lun1")["space"]["used"] = 512 * MIB
    return made


# -- what a copy is --------------------------------------------------------------------------------------------------------


def test_a_copy_is_another_lun_with_the_same_contents(cluster: Any) -> None:
    result = cluster.run("lun_copy", **COPY)
    source, copy = row_of(cluster, PATH), row_of(cluster, COPY_PATH)
    assert copy["sim"]["content"] == source["sim"]["content"]
    assert (copy["space"]["size"], copy["os_type"]) == (source["space"]["size"], source["os_type"])
    assert copy["uuid"] != source["uuid"] and copy["serial_number"] != source["serial_number"]
    assert (result["record"]["uuid"], result["record"]["serial_number"]) == (copy["uuid"], copy["serial_number"])
    assert result["record"]["complete"] and (result["copying"]["state"], result["copying"]["evidence"]) == ("complete", "complete")
    assert [phase["phase"] for phase in result["copying"]["phases"]] == ["preparing", "replicating"]


def test_the_end_is_seen_soon_and_looks_are_no_more_than_ten_seconds_apart(cluster: Any) -> None:
    row_of(cluster, PATH)["space"]["used"] = 100 * 1024 * MIB
    cluster.run("lun_copy", **COPY)
    took = row_of(cluster, COPY_PATH)["sim"]["move"]
    assert waiting.clock.now() - took["ended"] <= max(1.0, (took["ended"] - took["started"]) / 10)
    assert max(waiting.clock.slept) <= 10


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"source": {"lun": "/vol/san1_vol1a/nothing"}}, "neither does its source, /vol/san1_vol1a/nothing of SVM san1"),
        ({"source": {"lun": PATH, "svm": "nas1"}}, "neither does its source, /vol/san1_vol1a/log of SVM nas1"),
        ({"source": None}, "does not exist: say of which LUN it is to be a copy"),
        ({"source": {"svm": "san1"}}, "missing required arguments: lun"),
        ({"source": None, "name": None}, "name is missing"),
        ({"name": PATH}, "cannot be copied to itself"),
        ({"name": "copy"}, "say in which volume it is"),
        ({"svm": "nas1", "volume": "san1:san1_vol2b", "name": "x"}, "names different SVMs where there can be one only: nas1, san1"),
        ({"name": "/vol/nothing/copy"}, "917927"),
        ({"max_throughput": "0"}, "max_throughput is 0"),
        ({"name": "/vol/san1_vol2b/lun0"}, "exists and is no copy of /vol/san1_vol1a/log: it has size 107374182400 instead of 10737418240"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("lun_copy", **{**COPY, **task})
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert [entry for entry in cluster.writes() if entry["status"] < 400] == []


@pytest.mark.parametrize("name", ["a*", "a|b", "!a", "a,b", "a b", "a..b", "<a", ">a", "null"])
def test_a_name_with_operators_means_exactly_that_lun(cluster: Any, name: str) -> None:
    for one in ("a", "b", "aa"):
        assert cluster.run("lun", svm="san1", name=f"/vol/san1_vol2b/{one}", size="1GiB", os_type="aix")["actions"] == ["create"]
    task = {**COPY, "name": f"/vol/san1_vol2b/{name}"}
    assert cluster.run("lun_copy", **task)["actions"] == ["copy"]
    assert not cluster.run("lun_copy", **task)["changed"]
    assert row_of(cluster, f"/vol/san1_vol2b/{name}")["os_type"] == "linux"


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_that_is_cut_short_is_read_on(cluster: Any, kind: str) -> None:
    assert cluster.run("lun_copy", **COPY)["actions"] == ["copy"]
    cluster.fault("GET", "/storage/luns", kind, **({"records": 0} if kind == "short_page" else {}))
    assert not cluster.run("lun_copy", **COPY)["changed"]


# -- what is known ---------------------------------------------------------------------------------------------------------


def test_a_run_joins_a_copy_and_sends_nothing(cluster: Any) -> None:
    started = cluster.run("lun_copy", **COPY, wait=False)
    assert (started["actions"], started["record"]["complete"], started["joined"]) == (["copy"], False, False)
    cluster.advance(2)
    cluster.forget()
    result = cluster.run("lun_copy", **COPY)
    assert (result["changed"], result["joined"], result["record"]["complete"]) == (False, True, True)
    assert cluster.writes() == []


def test_an_old_copy_counts_by_its_size_and_system_and_the_result_says_so(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY)
    cluster.advance(200)
    cluster.forget()
    result = cluster.run("lun_copy", **COPY)
    assert (result["changed"], result["copying"]["evidence"], len(cluster.requests())) == (False, "size_and_os_type", 1)


def test_a_copy_whose_source_is_gone_is_left_as_it_is(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY)
    cluster.advance(200)
    assert cluster.run("lun", svm="san1", name=PATH, state="absent")["actions"] == ["delete"]
    result = cluster.run("lun_copy", **COPY)
    assert (result["changed"], result["copying"]["evidence"]) == (False, "source_gone")


def test_a_copy_of_another_lun_is_refused_while_ontap_tells(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY, wait=False)
    cluster.advance(2)
    other = {**COPY, "source": {"lun": "/vol/san1_vol1a/lun0"}}
    result = cluster.run("lun_copy", **other)
    assert "it is a copy of another LUN, /vol/san1_vol1a/log" in result["msg"]
    assert "it is a copy of another LUN" in cluster.run("lun_copy", **other, state="absent")["msg"]


def test_a_lost_answer_is_found_out_by_looking(cluster: Any) -> None:
    cluster.fault("POST", "/storage/luns", "drop_after")
    result = cluster.run("lun_copy", **COPY)
    assert (result["actions"], result["joined"]) == (["copy"], False)
    assert len(cluster.writes()) == 1 and result["record"]["uuid"] == row_of(cluster, COPY_PATH)["uuid"]


def test_a_cluster_that_is_silent_until_the_record_is_gone_does_not_matter(cluster: Any) -> None:
    cluster.fault("GET", "/storage/luns*", "lif_silent", nth=4, seconds=400)
    result = cluster.run("lun_copy", **COPY)
    assert not result.get("failed"), result
    assert (result["copying"]["state"], result["copying"]["evidence"]) == (None, "size_and_os_type")


def test_a_paused_copy_goes_on(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY, wait=False)
    cluster.advance(5)
    uuid = row_of(cluster, COPY_PATH)["uuid"]
    body = {"copy": {"source": {"progress": {"state": "paused"}}}}
    assert not cluster.run("rest", method="PATCH", path=f"storage/luns/{uuid}", body=body).get("failed")
    cluster.advance(3600)
    assert cluster.run("lun_copy", **COPY)["actions"] == ["resume"]


def test_a_timeout_leaves_the_copy_running_and_the_next_run_joins_it(cluster: Any) -> None:
    result = cluster.run("lun_copy", **COPY, wait_timeout=5)
    assert result["error"]["kind"] == "WaitTimeout" and "run the same task again to join it" in result["msg"]
    assert result["copying"]["state"] == "replicating" and result["error"]["actions_done"] == ["copy"]
    assert cluster.run("lun_copy", **COPY)["joined"]


def shown(state: str, **more: Any) -> dict[str, Any]:
    """What a source says of a destination that is not listed yet."""
    return {"name": COPY_PATH, "uuid": f"uuid of {state}", "progress": {"state": state, "percent_complete": 7}, **more}


@pytest.mark.parametrize(
    ("entries", "state"),
    [
        ([], None),
        ([shown("preparing")], "preparing"),
        ([shown("failed"), shown("replicating")], "replicating"),
        ([shown("failed")], "failed"),
        ([{**shown("replicating"), "name": "/vol/san1_vol2b/other"}], None),
        ([shown("replicating", peer={"name": "san2"})], None),
    ],
)
def test_a_destination_that_is_not_listed_yet_shows_at_its_source(entries: list[Any], state: str | None) -> None:
    source = {"uuid": "u", "name": PATH, "space": {"size": 100}, "copy": {"destinations": entries}}
    scene = Scene((("san1", COPY_PATH), ("san1", PATH)), None, source)
    assert scene.transfer("LUN").state == state
    assert scene.transfer("LUN", scene.failures()).state == (None if state == "failed" else state)


# -- failures --------------------------------------------------------------------------------------------------------------


def test_a_copy_that_fails_says_why_and_is_removed_by_name(cluster: Any) -> None:
    cluster.trigger("fail_transfer", delay=6, path=COPY_PATH, state="failed")
    result = cluster.run("lun_copy", **COPY)
    assert "has failed: An I/O error has occurred" in result["msg"] and "state: absent removes it" in result["msg"]
    # It is never taken for a LUN that is complete, and never overwritten.
    again = cluster.run("lun_copy", **COPY)
    assert "remove the unfinished LUN with state: absent" in again["msg"]
    assert cluster.run("lun_copy", **GONE)["actions"] == ["cancel"]
    assert cluster.run("lun_copy", **COPY)["actions"] == ["copy"]


def test_a_copy_that_an_error_stops_fails_until_it_is_resumed(cluster: Any) -> None:
    cluster.trigger("fail_transfer", delay=6, path=COPY_PATH)
    for _run in range(2):
        result = cluster.run("lun_copy", **COPY)
        assert "has stopped: An I/O error has occurred" in result["msg"] and "resume: true" in result["msg"]
    assert cluster.run("lun_copy", **COPY, resume=True)["record"]["complete"]


def test_a_copy_that_somebody_cancels_is_told(cluster: Any, monkeypatch: Any) -> None:
    cluster.run("lun_copy", **COPY, wait=False)
    cluster.advance(2)
    uuid = row_of(cluster, COPY_PATH)["uuid"]
    after_looks(monkeypatch, 3, lambda: cluster.run("rest", method="DELETE", path=f"storage/luns/{uuid}"))
    assert "is gone: its copy failed, or somebody cancelled it" in cluster.run("lun_copy", **COPY)["msg"]


def test_a_copy_waits_for_its_place_among_the_fifty(cluster: Any) -> None:
    cluster.fault("POST", "/storage/luns", "error", code="7018877", message="There are 50 of them.", times=20)
    assert cluster.run("lun_copy", **COPY)["actions"] == ["copy"]
    assert waiting.clock.now() > 15


# -- what is never deleted -------------------------------------------------------------------------------------------------


def test_a_copy_that_is_complete_is_not_deleted(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY)
    for seconds in (0, 200):
        cluster.advance(seconds)
        result = cluster.run("lun_copy", **GONE)
        assert "is no unfinished copy" in result["msg"] and row_of(cluster, COPY_PATH)


def test_the_source_is_not_deleted(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY, wait=False)
    cluster.advance(2)
    result = cluster.run("lun_copy", svm="san1", name=PATH, state="absent")
    assert "is no unfinished copy" in result["msg"] and row_of(cluster, PATH)


def test_a_mapped_lun_is_not_deleted_even_if_its_copy_has_not_ended(cluster: Any) -> None:
    cluster.run("lun_copy", **COPY, wait=False)
    cluster.advance(2)
    assert cluster.run("lun_map", svm="san1", lun=COPY_PATH, igroup="san1-host1")["actions"] == ["create"]
    cluster.forget()
    assert "is mapped to san1-host1" in cluster.run("lun_copy", **GONE)["msg"] and cluster.writes() == []


def test_what_is_not_there_needs_no_cancelling(cluster: Any) -> None:
    result = cluster.run("lun_copy", **GONE)
    assert not result["changed"] and result["record"] is None and len(cluster.requests()) == 1


# -- other SVMs ------------------------------------------------------------------------------------------------------------


def test_strangers_are_not_made_peers_without_being_asked(tenants: Any) -> None:
    result = tenants.run("lun_copy", **ACROSS)
    assert "The SVMs san2 and san1 are no peers" in result["msg"] and "create_peer" in result["msg"]
    assert tenants.writes() == []


def test_peers_for_something_else_are_not_changed(tenants: Any) -> None:
    peer(tenants, "snapmirror", "flexcache")
    for create in (False, True):
        result = tenants.run("lun_copy", **ACROSS, create_peer=create)
        assert "are peers, but not for lun_copy: their relationship is for flexcache, snapmirror" in result["msg"]
        assert "It is not changed here" in result["msg"]
    assert tenants.writes() == []


def test_peers_that_are_suspended_are_refused(tenants: Any) -> None:
    peer(tenants, "lun_copy")
    for row in tenants.world.store.each("svm_peers"):
        row["state"] = "suspended"
    assert "their relationship is suspended" in tenants.run("lun_copy", **ACROSS)["msg"]


def test_a_namesake_of_another_cluster_is_no_peer(tenants: Any) -> None:
    peer(tenants, "lun_copy")
    for row in tenants.world.store.each("svm_peers"):
        row["peer"]["svm"]["uuid"] = "0b5c1f3a-0000-4000-8000-000000000000"
        row["svm"]["uuid"] = "0b5c1f3a-0000-4000-8000-000000000001"
    assert "are no peers" in tenants.run("lun_copy", **ACROSS)["msg"]


def test_the_copy_comes_from_the_svm_that_was_named(tenants: Any) -> None:
    peer(tenants, "lun_copy")
    assert tenants.run("lun_copy", **ACROSS)["actions"] == ["copy"]
    copy = row_of(tenants, "/vol/vol2/copy", "san2")
    assert copy["sim"]["content"] == row_of(tenants, "/vol/vol2/lun1", "san1")["sim"]["content"]
    assert row_of(tenants, "/vol/vol2/copy", "san1") is None


def test_a_release_that_wants_to_be_told_the_peer_is_told(tenants: Any) -> None:
    peer(tenants, "lun_copy")
    tenants.fault("POST", "/storage/luns", "error", code="5374876", message="The specified LUN was not found.", target="copy.source")
    assert tenants.run("lun_copy", **ACROSS)["actions"] == ["copy"]
    sources = [entry["body"]["copy"]["source"] for entry in tenants.writes()]
    assert [one.get("peer") for one in sources] == [None, {"name": "san1"}]


def test_a_failed_peering_makes_no_copy(tenants: Any) -> None:
    tenants.fault("POST", "/svm/peers", "job_failure", code="13434889", message="Internal error. Wait and retry.", times=0)
    result = tenants.run("lun_copy", **ACROSS, create_peer=True)
    assert "Wait and retry" in result["msg"] and row_of(tenants, "/vol/vol2/copy", "san2") is None


def test_an_old_release_has_no_copies(lab: Any) -> None:
    cluster = lab("san", version=(9, 9, 1))
    result = cluster.run("lun_copy", **ACROSS)
    assert "a copy of a LUN needs ONTAP 9.10.1" in result["msg"] and cluster.writes() == []


# -- many ------------------------------------------------------------------------------------------------------------------


def test_many_luns_are_copied_together(tenants: Any) -> None:
    items = [{"source": {"svm": "san1", "lun": f"/vol/{volume}/lun1"}, "name": f"/vol/{volume}/copy"} for volume in ("vol1", "vol2")]
    for item in items:
        row_of(tenants, item["source"]["lun"])["space"]["used"] = 512 * MIB
    peer(tenants, "lun_copy")
    start = waiting.clock.now()
    result = tenants.run("lun_copy", svm="san2", items=items)
    assert [one["copying"]["evidence"] for one in result["results"]] == ["complete", "complete"]
    assert waiting.clock.now() - start < 9
    assert len([entry for entry in tenants.requests() if "/svm/peers" in entry["path"]]) == 1
    tenants.forget()
    assert not tenants.run("lun_copy", svm="san2", items=items)["changed"] and len(tenants.requests()) == 1


def test_one_that_fails_does_not_take_the_others_along(tenants: Any) -> None:
    items = [{"source": {"lun": "/vol/vol1/nothing"}, "name": "/vol/vol2/a"}, {"source": {"lun": "/vol/vol2/lun1"}, "name": "/vol/vol1/b"}]
    row_of(tenants, "/vol/vol2/lun1")["space"]["used"] = 512 * MIB
    result = tenants.run("lun_copy", svm="san1", items=items, on_error="continue")
    assert [one["status"] for one in result["results"]] == ["failed", "ok"] and row_of(tenants, "/vol/vol1/b")
