# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The module lun_move, beyond the laws: identity, joining, ONTAP's short memory, failures, many at a time."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.plugins.modules import lun_move
from ansible_collections.ndo.ontap.tests.unit.moves import performed
from ansible_collections.ndo.ontap.tests.unit.transfers import MIB, after_looks, row_of

PATH, THERE = "/vol/san1_vol1a/log", "/vol/san1_vol2b/log"
MOVE: dict[str, Any] = {"svm": "san1", "lun": PATH, "volume": "san1_vol2b"}


def patches(cluster: Any) -> list[Any]:
    """The bodies of the requests that changed LUNs."""
    return [entry["body"] for entry in cluster.writes() if "/storage/luns" in entry["path"]]


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with an unmapped LUN, whose data take 8 seconds to move."""
    made = lab()
    assert made.run("lun", svm="san1", name=PATH, size="10GiB", os_type="linux")["actions"] == ["create"]
    row_of(made, PATH)["space"]["used"] = 2048 * MIB
    made.forget()
    return made


# -- what a move is --------------------------------------------------------------------------------------------------------


def test_a_lun_arrives_as_it_was(cluster: Any) -> None:
    before = dict(row_of(cluster, PATH), sim=dict(row_of(cluster, PATH)["sim"]))
    result = cluster.run("lun_move", **MOVE)
    after = row_of(cluster, THERE)
    assert (result["actions"], row_of(cluster, PATH)) == (["move"], None)
    for name in ("uuid", "serial_number", "os_type"):
        assert after[name] == before[name]
    assert after["sim"]["content"] == before["sim"]["content"]
    assert (result["movement"]["state"], result["movement"]["percent_complete"]) == ("complete", 100)
    assert [phase["phase"] for phase in result["movement"]["phases"]] == ["preparing", "replicating"]


def test_the_end_is_seen_soon_and_looks_are_no_more_than_ten_seconds_apart(cluster: Any) -> None:
    row_of(cluster, PATH)["space"]["used"] = 100 * 1024 * MIB
    cluster.run("lun_move", **MOVE)
    took = row_of(cluster, THERE)["sim"]["move"]
    assert waiting.clock.now() - took["ended"] <= max(1.0, (took["ended"] - took["started"]) / 10)
    assert max(waiting.clock.slept) <= 10 and waiting.clock.slept[0] < 1


@pytest.mark.parametrize("form", ["uuid", "serial_number", "serial_number_hex", "naa"])
def test_a_lun_is_found_by_its_numbers_before_and_after(cluster: Any, form: str) -> None:
    record = cluster.run("lun", svm="san1", name=PATH)["record"]
    task = {"svm": "san1", "volume": "san1_vol2b", "uuid" if form == "uuid" else "serial_number": record[form]}
    assert cluster.run("lun_move", **task)["record"]["name"] == THERE
    cluster.forget()
    assert not cluster.run("lun_move", **task)["changed"] and len(cluster.requests()) == 1


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"lun": "/vol/san1_vol1a/nothing", "volume": "san1_vol2b"}, "There is no LUN /vol/san1_vol1a/nothing or /vol/san1_vol2b/nothing"),
        ({"uuid": "00000000-0000-4000-8000-000000000000", "volume": "san1_vol2b"}, "There is no LUN with uuid 0000"),
        ({"serial_number": "short", "volume": "san1_vol2b"}, "'short' is not the serial number of a LUN"),
        ({"lun": PATH}, "say where to, with volume or path"),
        ({"lun": "log", "volume": "san1_vol2b"}, "say in which volume it is"),
        ({"volume": "san1_vol2b"}, "one of the following is required: lun, uuid, serial_number"),
        ({"lun": PATH, "uuid": "x", "volume": "san1_vol2b"}, "mutually exclusive"),
        ({"lun": PATH, "path": "/vol/san1_vol1a/other"}, "would be a new name, and no move. Rename it with ndo.ontap.lun"),
        ({"lun": PATH, "path": "/vol/san1_vol2b/x", "volume": "san1_vol1b"}, "is not in the volume san1_vol1b"),
        ({"lun": PATH, "volume": "nas1:nas1_vol1a"}, "names different SVMs where there can be one only: nas1, san1"),
        ({"lun": PATH, "volume": "a@b#"}, "is not a pool"),
        ({"lun": PATH, "volume": "nothing"}, "917927"),
        ({"lun": PATH, "path": "/vol/san1_vol2b/lun0"}, "another LUN is there"),
        ({"lun": PATH, "volume": "san1_vol2b", "max_throughput": "0"}, "max_throughput is 0"),
        ({"lun": PATH, "volume": "san1_vol2b", "max_throughput": "quick"}, "'quick' is not a size"),
        ({"lun": PATH, "action": "pause", "max_throughput": "1MiB"}, "this task pauses it"),
        ({"lun": PATH, "action": "pause"}, "has no move under way that could be paused"),
        ({"lun": PATH, "volume": "san1_vol2b", "action": "resume"}, "has no move under way; it is at /vol/san1_vol1a/log"),
        ({"lun": PATH, "volume": "san1_vol2b", "concurrency": 0, "items": []}, "at least one LUN at a time"),
    ],
)
def test_a_task_that_makes_no_sense_is_refused_in_a_sentence(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("lun_move", svm="san1", **task)
    assert result.get("failed") and words in result["msg"], result["msg"]
    assert row_of(cluster, PATH) is not None
    assert [entry for entry in cluster.writes() if entry["status"] < 400] == []


def test_a_task_needs_an_svm_from_somewhere(cluster: Any) -> None:
    assert "svm is missing" in cluster.run("lun_move", lun=PATH, volume="san1_vol2b")["msg"]
    assert cluster.run("lun_move", lun=PATH, volume="san1:san1_vol2b")["actions"] == ["move"]


@pytest.mark.parametrize("name", ["a*", "a|b", "!a", "a,b", "a b", "a..b", "<a", ">a", 'a"b', "null"])
def test_a_name_with_operators_means_exactly_that_lun(cluster: Any, name: str) -> None:
    for one in ("a", "b", "aa", name):
        made = cluster.run("lun", svm="san1", name=f"/vol/san1_vol1a/{one}", size="1GiB", os_type="linux")
        assert made["actions"] == ["create"] or one == name
    if made.get("failed"):
        return
    task = {"svm": "san1", "lun": f"/vol/san1_vol1a/{name}", "volume": "san1_vol2b"}
    assert cluster.run("lun_move", **task)["actions"] == ["move"]
    assert not cluster.run("lun_move", **task)["changed"]
    assert row_of(cluster, f"/vol/san1_vol2b/{name}") and not row_of(cluster, f"/vol/san1_vol1a/{name}")
    assert all(row_of(cluster, f"/vol/san1_vol1a/{one}") for one in ("a", "b", "aa"))


def test_a_lun_of_the_same_path_in_another_svm_stays(lab: Any) -> None:
    cluster = lab("san")
    task = {"svm": "san2", "lun": "/vol/vol1/lun1", "path": "/vol/vol2/moved"}
    assert cluster.run("lun_move", **task)["actions"] == ["move"]
    assert row_of(cluster, "/vol/vol1/lun1", "san1") and not row_of(cluster, "/vol/vol1/lun1", "san2")


@pytest.mark.parametrize("kind", ["empty_page", "short_page"])
def test_a_page_that_is_cut_short_is_read_on(cluster: Any, kind: str) -> None:
    cluster.fault("GET", "/storage/luns", kind, times=3, **({"records": 0} if kind == "short_page" else {}))
    assert cluster.run("lun_move", **MOVE)["actions"] == ["move"]


# -- moves that are under way, or over -------------------------------------------------------------------------------------


def test_a_run_joins_a_move_and_sends_nothing(cluster: Any) -> None:
    assert cluster.run("lun_move", **MOVE, wait=False)["actions"] == ["move"]
    cluster.forget()
    result = cluster.run("lun_move", **MOVE)
    assert (result["changed"], result["joined"], result["movement"]["state"]) == (False, True, "complete")
    assert cluster.writes() == []


def test_a_move_of_which_ontap_tells_nothing_any_more_is_over(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE)
    cluster.advance(200)
    cluster.forget()
    result = cluster.run("lun_move", **MOVE)
    assert (result["changed"], result["movement"]["state"], len(cluster.requests())) == (False, None, 1)


def test_a_cluster_that_is_silent_until_the_record_is_gone_does_not_matter(cluster: Any) -> None:
    cluster.fault("GET", "/storage/luns*", "lif_silent", nth=3, seconds=400)
    result = cluster.run("lun_move", **MOVE)
    assert not result.get("failed"), result
    assert (result["movement"]["state"], result["record"]["volume"]) == (None, "san1_vol2b")


def test_a_silent_end_somewhere_else_is_a_failure(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE, wait=False)
    cluster.advance(4)
    cluster.trigger("fail_transfer", path=THERE, state="failed")
    cluster.fault("GET", "/storage/luns*", "lif_silent", nth=2, seconds=400)
    result = cluster.run("lun_move", **MOVE)
    assert "has not moved to /vol/san1_vol2b/log; it is at /vol/san1_vol1a/log" in result["msg"]


def test_a_move_to_another_place_is_not_touched(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE, wait=False)
    cluster.advance(4)
    cluster.forget()
    uuid = row_of(cluster, THERE)["uuid"]
    result = cluster.run("lun_move", svm="san1", uuid=uuid, volume="san1_vol1a")
    assert "is on its way to /vol/san1_vol2b/log (replicating" in result["msg"] and "cannot abort" in result["msg"]
    assert cluster.writes() == []


def test_a_lun_goes_back_when_its_move_is_over(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE)
    assert cluster.run("lun_move", svm="san1", lun=THERE, volume="san1_vol1a")["actions"] == ["move"]
    assert row_of(cluster, PATH)


def test_a_paused_move_goes_on(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE, wait=False)
    cluster.advance(4)
    assert cluster.run("lun_move", svm="san1", lun=THERE, action="pause")["record"]["state"] == "paused"
    cluster.advance(3600)
    assert row_of(cluster, THERE)["sim"]["move"]["state"] == "paused"
    result = cluster.run("lun_move", **MOVE)
    assert (result["actions"], result["movement"]["state"]) == (["resume"], "complete")


def test_a_timeout_leaves_the_move_running_and_the_next_run_joins_it(cluster: Any) -> None:
    result = cluster.run("lun_move", **MOVE, wait_timeout=5)
    assert result["error"]["kind"] == "WaitTimeout" and "run the same task again to join it" in result["msg"]
    assert result["changed"] and result["error"]["actions_done"] == ["move"]
    assert result["movement"]["state"] == "replicating" and result["movement"]["percent_complete"] < 100
    again = cluster.run("lun_move", **MOVE)
    assert again["joined"] and not again["changed"]


def test_a_lost_answer_is_found_out_by_looking(cluster: Any) -> None:
    cluster.fault("PATCH", "/storage/luns/*", "drop_after")
    result = cluster.run("lun_move", **MOVE)
    assert (result["actions"], result["joined"], len(patches(cluster))) == (["move"], False, 1)


def test_a_blocked_snapshot_is_told(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE, wait=False)
    cluster.advance(1)
    told = cluster.run("lun_move", **MOVE, check_mode=True)["movement"]
    assert (told["state"], told["volume_snapshot_blocked"]) == ("preparing", True)


def test_a_throttle_counts_in_whole_mebibytes(cluster: Any) -> None:
    task = {**MOVE, "max_throughput": 50 * MIB + 1, "wait": False}
    assert cluster.run("lun_move", **task)["record"]["max_throughput"] == 51 * MIB
    assert not cluster.run("lun_move", **task)["changed"]
    assert patches(cluster) == [{"name": THERE, "movement": {"max_throughput": 51 * MIB}}]


# -- failures --------------------------------------------------------------------------------------------------------------


def test_a_move_that_fails_says_why_and_where_the_lun_is(cluster: Any) -> None:
    cluster.trigger("fail_transfer", delay=6, path=THERE, state="failed")
    result = cluster.run("lun_move", **MOVE)
    assert "has not moved to /vol/san1_vol2b/log, it is at /vol/san1_vol1a/log: An I/O error has occurred" in result["msg"]
    assert (result["error"]["state"], result["movement"]["state"]) == ("failed", "failed")
    assert "reverting" in [phase["phase"] for phase in result["movement"]["phases"]]
    # ONTAP still tells of the failure; a new move is a new move.
    assert cluster.run("lun_move", **MOVE)["actions"] == ["move"]


def test_a_move_that_goes_back_is_waited_for(cluster: Any) -> None:
    cluster.run("lun_move", **MOVE, wait=False)
    cluster.advance(4)
    cluster.trigger("fail_transfer", path=THERE, state="failed")
    cluster.advance(1)
    assert row_of(cluster, THERE)["sim"]["move"]["state"] == "reverting"
    assert "has not moved" in cluster.run("lun_move", **MOVE)["msg"]
    assert row_of(cluster, PATH) and not row_of(cluster, THERE)


def test_a_move_that_an_error_stops_fails_until_it_is_resumed(cluster: Any) -> None:
    cluster.trigger("fail_transfer", delay=6, path=THERE)
    for _run in range(2):
        result = cluster.run("lun_move", **MOVE)
        assert "has stopped: An I/O error has occurred" in result["msg"] and "action: resume" in result["msg"]
        assert result["error"]["state"] == "paused_error"
    assert cluster.run("lun_move", **MOVE, action="resume")["movement"]["state"] == "complete"


def test_an_error_that_comes_again_after_a_resume_is_told(cluster: Any) -> None:
    cluster.trigger("fail_transfer", delay=6, path=THERE)
    cluster.run("lun_move", **MOVE)
    cluster.trigger("fail_transfer", delay=2, path=THERE)
    assert "has stopped" in cluster.run("lun_move", **MOVE, action="resume")["msg"]


def test_a_move_waits_for_its_place_among_the_fifty(cluster: Any) -> None:
    cluster.fault("PATCH", "/storage/luns/*", "error", code="7018877", message="There are 50 of them.", times=20)
    result = cluster.run("lun_move", **MOVE)
    assert (result["actions"], len(patches(cluster))) == (["move"], 21)
    assert waiting.clock.now() > 15


def test_a_place_that_never_comes_free_ends_with_what_is_the_matter(cluster: Any) -> None:
    cluster.fault("PATCH", "/storage/luns/*", "error", code="7018877", message="There are 50 of them.", times=0)
    result = cluster.run("lun_move", **MOVE, wait_timeout=60)
    assert "has not begun after 60 seconds, because ONTAP carries out 50" in result["msg"] and result["error"]["code"] == "7018877"
    assert not result["changed"] and row_of(cluster, PATH)
    assert len(patches(cluster)) < 40


def test_a_lun_that_is_being_copied_waits_until_that_is_over(cluster: Any) -> None:
    assert cluster.run("lun_copy", svm="san1", source={"lun": PATH}, name="/vol/san1_vol1b/copy", wait=False)["actions"] == ["copy"]
    cluster.advance(1)
    result = cluster.run("lun_move", **MOVE)
    assert result["actions"] == ["move"] and row_of(cluster, "/vol/san1_vol1b/copy")["sim"]["move"]["state"] == "complete"


def test_a_lun_that_is_gone_is_told(cluster: Any, monkeypatch: Any) -> None:
    after_looks(monkeypatch, 3, lambda: cluster.world.store.remove("luns", row_of(cluster, THERE)["uuid"]))
    assert "is gone: somebody has deleted it" in cluster.run("lun_move", **MOVE)["msg"]


def test_another_serial_number_is_no_success(cluster: Any, monkeypatch: Any) -> None:
    after_looks(monkeypatch, 3, lambda: row_of(cluster, THERE).update(serial_number="wOj5h$Q3FZ6x"))
    assert "has arrived with the serial number wOj5h$Q3FZ6x instead of" in cluster.run("lun_move", **MOVE)["msg"]


def test_a_lost_map_is_no_success(lab: Any, monkeypatch: Any) -> None:
    cluster = lab()
    key = next(key for key, row in cluster.world.store.table("lun_maps").items() if row["lun"]["name"] == "/vol/san1_vol1a/lun0")
    after_looks(monkeypatch, 3, lambda: cluster.world.store.remove("lun_maps", key))
    result = cluster.run("lun_move", svm="san1", lun="/vol/san1_vol1a/lun0", path="/vol/san1_vol1b/lun9")
    assert "is not mapped to san1-host1 (LUN id 0) any more" in result["msg"]


# -- many ------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def many(cluster: Any) -> Any:
    """Six LUNs, whose moves take 11 seconds each."""
    items = [{"name": f"/vol/san1_vol1a/m{number}"} for number in range(6)]
    assert not cluster.run("lun", svm="san1", size="1GiB", os_type="linux", items=items).get("failed")
    for item in items:
        row_of(cluster, item["name"])["space"]["used"] = 2048 * MIB
    cluster.forget()
    return cluster


LUNS = [{"lun": f"/vol/san1_vol1a/m{number}"} for number in range(6)]


def test_many_luns_move_together(many: Any) -> None:
    start = waiting.clock.now()
    result = many.run("lun_move", svm="san1", volume="san1_vol2b", items=LUNS)
    assert [one["actions"] for one in result["results"]] == [["move"]] * 6
    assert all(one["movement"]["state"] == "complete" for one in result["results"])
    assert waiting.clock.now() - start < 14
    many.forget()
    again = many.run("lun_move", svm="san1", volume="san1_vol2b", items=LUNS)
    assert not again["changed"] and len(many.requests()) == 1


def test_no_more_move_at_a_time_than_are_asked_for(many: Any, monkeypatch: Any) -> None:
    seen: list[int] = []
    clock, sleep = waiting.clock, waiting.clock.sleep
    monkeypatch.setattr(clock, "sleep", lambda seconds: (seen.append(len(many.world.store.table("lun_transfers"))), sleep(seconds)))
    assert not many.run("lun_move", svm="san1", volume="san1_vol2b", items=LUNS, concurrency=2).get("failed")
    assert max(seen) == 2


@pytest.mark.parametrize(("on_error", "moved"), [("stop", [1, 3]), ("continue", [1, 3, 4, 5])])
def test_a_failure_stops_the_rest_or_does_not(many: Any, on_error: str, moved: list[int]) -> None:
    many.trigger("fail_transfer", delay=5, path="/vol/san1_vol2b/m2", state="failed")
    many.fault("PATCH", f"/storage/luns/{row_of(many, LUNS[0]['lun'])['uuid']}", "error", code="5374480", message="A foreign import.")
    task = {"svm": "san1", "volume": "san1_vol2b", "items": LUNS, "concurrency": 3, "on_error": on_error}
    result = many.run("lun_move", **task)
    if on_error == "stop":
        assert [one["status"] for one in result["results"]] == ["failed", *["skipped"] * 5]
        return
    assert [one["status"] for one in result["results"]] == ["failed", "ok", "failed", "ok", "ok", "ok"]
    assert "2 of 6 objects failed" in result["msg"] and result["results"][2]["movement"]["state"] == "failed"
    assert [number for number in range(6) if row_of(many, f"/vol/san1_vol2b/m{number}")] == moved


def test_two_luns_cannot_have_one_path(many: Any) -> None:
    result = many.run("lun_move", svm="san1", path="/vol/san1_vol2b/one", items=LUNS[:2])
    assert "cannot both be /vol/san1_vol2b/one" in result["msg"] and many.writes() == []


def test_a_timeout_tells_of_each_what_goes_on_and_what_was_not_begun(many: Any) -> None:
    result = many.run("lun_move", svm="san1", volume="san1_vol2b", items=LUNS[:3], concurrency=2, wait_timeout=6)
    texts = [one["msg"] for one in result["results"]]
    assert "goes on in ONTAP" in texts[0] and "goes on in ONTAP" in texts[1] and "was not begun within 6 seconds" in texts[2]
    assert not many.run("lun_move", svm="san1", volume="san1_vol2b", items=LUNS[:3]).get("failed")


@pytest.mark.parametrize("shown", [True, False])
def test_progress_is_shown_unless_it_is_not_wanted(cluster: Any, shown: bool) -> None:
    lines: list[str] = []
    performed(cluster, lines.append, lun_move, **MOVE, progress=shown)
    printed = "\n".join(lines)
    assert (f"LUN {PATH}: replicating" in printed) == shown and ("of 10.0 GiB" in printed) == shown
