# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""snapshot, state pruned: what goes, what stays in any case, and what is skipped."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils.errors import InputError
from ansible_collections.ndo.ontap.plugins.module_utils.snapshot_prune import Rules, lifetime
from ansible_collections.ndo.ontap.tests.simulator.clock import iso

DAY = 86400
VOLUME = "san1_vol1a"
TASK: dict[str, Any] = {"svm": "san1", "volume": VOLUME, "state": "pruned"}


def left(cluster: Any, volume: str = VOLUME) -> list[str]:
    """The names of the snapshots that a volume has, sorted."""
    return sorted(row["name"] for row in cluster.world.store.each("snapshots") if row["volume"]["name"] == volume)


def row_of(cluster: Any, name: str) -> Any:
    """The simulator's own row of a snapshot."""
    return next(iter(cluster.world.store.each("snapshots", name=name)))


@pytest.fixture
def cluster(lab: Any) -> Any:
    """A cluster with job_1 (oldest) to job_4, and another one, a day apart."""
    made = lab()
    for name in ("job_1", "job_2", "jobless", "job_3", "job_4"):
        assert not made.run("snapshot", svm="san1", volume=VOLUME, name=name).get("failed")
        made.advance(DAY)
    made.forget()
    return made


def test_the_newest_stay_and_the_rest_goes_oldest_first(cluster: Any) -> None:
    cluster.world.settings["snapshot_job"] = 0
    result = cluster.run("snapshot", **TASK, prefix="job_", keep=1)
    assert result["actions"] == ["delete job_1", "delete job_2", "delete job_3"]
    assert result["record"] == {"svm": "san1", "volume": VOLUME, "snapshots": ["job_4"], "skipped": []}
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "DELETE", "DELETE", "DELETE"]
    assert left(cluster) == ["job_4", "jobless"]
    assert cluster.run("snapshot", **TASK, prefix="job_", keep=1)["changed"] is False


def test_both_conditions_must_hold(cluster: Any) -> None:
    assert cluster.run("snapshot", **TASK, prefix="job_", keep=3, older_than="1d")["actions"] == ["delete job_1"]
    assert cluster.run("snapshot", **TASK, prefix="job_", keep=0, older_than="P7D")["changed"] is False


def test_a_prefix_is_taken_letter_by_letter(cluster: Any) -> None:
    for prefix in ("job*", "*", "JOB_", "job_|jobless", "job_."):
        assert cluster.run("snapshot", **TASK, prefix=prefix, keep=0)["changed"] is False
    assert len(left(cluster)) == 5


def test_all_means_all(cluster: Any) -> None:
    assert len(cluster.run("snapshot", **TASK, all=True, keep=1)["actions"]) == 4
    assert left(cluster) == ["job_4"]


def test_what_is_in_use_or_locked_is_skipped_and_listed(cluster: Any) -> None:
    row_of(cluster, "job_1")["owners"] = ["snapmirror"]
    row_of(cluster, "job_2")["expiry_time"] = "2030-01-01T00:00:00+00:00"
    result = cluster.run("snapshot", **TASK, prefix="job_", keep=1)
    assert result["actions"] == ["delete job_3"] and result["record"]["snapshots"] == ["job_4", "job_2", "job_1"]
    assert result["record"]["skipped"] == [
        {"name": "job_2", "reason": "locked until 2030-01-01T00:00:00+00:00"},
        {"name": "job_1", "reason": "in use by snapmirror"},
    ]
    again = cluster.run("snapshot", **TASK, prefix="job_", keep=1)
    assert (again["changed"], again["record"]) == (False, result["record"])


def test_a_task_can_insist_on_all(cluster: Any) -> None:
    row_of(cluster, "job_1")["owners"] = ["snapmirror"]
    result = cluster.run("snapshot", **TASK, prefix="job_", keep=1, fail_on_skipped=True)
    assert result["failed"] and "cannot be deleted: job_1 (in use by snapmirror). Nothing has been deleted." in result["msg"]
    assert cluster.writes() == []
    assert cluster.run("snapshot", **TASK, prefix="job_3", keep=0, fail_on_skipped=True)["actions"] == ["delete job_3"]


def test_a_deletion_that_ontap_refuses_ends_the_task_with_what_was_done(cluster: Any) -> None:
    row_of(cluster, "job_2")["owners"] = ["lun_clone_dependent"]
    result = cluster.run("snapshot", **TASK, prefix="job_", keep=1)
    assert result["failed"] and result["error"]["code"] == "1638543" and result["error"]["actions_done"] == ["delete job_1"]
    assert left(cluster) == ["job_2", "job_3", "job_4", "jobless"]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "job_vanish"])
def test_a_lost_answer_deletes_nothing_else(cluster: Any, kind: str) -> None:
    cluster.fault("DELETE", "/storage/volumes/*/snapshots/*", kind, nth=2)
    result = cluster.run("snapshot", **TASK, prefix="job_", keep=1)
    assert not result.get("failed") and sorted(result["actions"]) == ["delete job_1", "delete job_2", "delete job_3"]
    assert left(cluster) == ["job_4", "jobless"]


def test_many_volumes_are_pruned_with_one_read(cluster: Any) -> None:
    for name in ("job_1", "job_2"):
        cluster.run("snapshot", svm="san1", volume="san1_vol1b", name=name)
        cluster.advance(DAY)
    cluster.world.settings["snapshot_job"] = 0
    cluster.forget()
    items = [{"volume": VOLUME}, {"volume": "san1_vol1b", "keep": 1}, {"volume": "nowhere"}]
    result = cluster.run("snapshot", svm="san1", state="pruned", prefix="job_", keep=3, items=items)
    assert [one["actions"] for one in result["results"]] == [["delete job_1"], ["delete job_1"], []]
    assert [entry["method"] for entry in cluster.requests()] == ["GET", "DELETE", "DELETE"]
    assert (left(cluster), left(cluster, "san1_vol1b")) == (["job_2", "job_3", "job_4", "jobless"], ["job_2"])


def test_a_page_cut_short_does_not_change_what_is_newest(cluster: Any) -> None:
    cluster.fault("GET", "/storage/volumes/[*]/snapshots", "short_page", records=2)
    assert cluster.run("snapshot", **TASK, prefix="job_", keep=3)["actions"] == ["delete job_1"]


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"prefix": "job_"}, "state is pruned but any of the following are missing: keep, older_than"),
        ({"keep": 3}, "state is pruned but any of the following are missing: prefix, all"),
        ({"keep": 3, "prefix": ""}, "An empty prefix would mean every snapshot"),
        ({"keep": 3, "all": False}, "An empty prefix would mean every snapshot"),
        ({"keep": 3, "prefix": "job_", "all": True}, "all means every snapshot, and prefix only those that begin with job_"),
        ({"keep": -1, "prefix": "job_"}, "keep is -1"),
        ({"older_than": "a week", "prefix": "job_"}, "'a week' is not an age"),
        ({"older_than": "", "prefix": "job_"}, "'' is not an age"),
    ],
)
def test_a_task_that_is_not_clear_deletes_nothing(cluster: Any, task: dict[str, Any], words: str) -> None:
    result = cluster.run("snapshot", **TASK, **task)
    assert result["failed"] and words in result["msg"], result["msg"]
    assert cluster.requests() == []


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("5m", 300), ("12h", 43200), ("7D", 7 * DAY), (" 4w ", 28 * DAY), ("P1DT1H", 90000)]
)
def test_ages(text: str, seconds: int) -> None:
    assert lifetime(text) == seconds


@pytest.mark.parametrize("text", ["7", "d", "-1d", "1.5d", "P", "1y"])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises(InputError, match="is not an age"):
        lifetime(text)


def test_no_snapshot_outside_the_prefix_and_none_of_the_newest_goes() -> None:
    hypothesis = pytest.importorskip("hypothesis")
    st = hypothesis.strategies
    names = st.text("jo_b1", min_size=1, max_size=4)
    ages = st.integers(0, 40 * DAY)

    @hypothesis.settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @hypothesis.given(st.dictionaries(names, ages, max_size=12), st.text("jo", max_size=2), st.none() | st.integers(0, 6), st.none() | ages)
    def holds(found: dict[str, int], prefix: str, keep: int | None, older_than: int | None) -> None:
        now = 1_800_000_000.0
        rows = [{"name": name, "create_time": iso(now - age)} for name, age in found.items()]
        newest_first = sorted(rows, key=lambda row: (-found[row["name"]], row["name"]), reverse=True)
        rules = Rules({"prefix": prefix, "all": not prefix, "keep": keep, "older_than": None if older_than is None else f"{older_than}s"})
        rules.now = now
        meant, going = rules.surplus(newest_first)
        assert [one["name"] for one in meant] == [row["name"] for row in newest_first if row["name"].startswith(prefix)]
        assert not [one for one in going if one in meant[: keep or 0]]
        assert all(one in meant and (older_than is None or found[one["name"]] > older_than) for one in going)
        must_go = [one for one in meant[keep or 0 :] if older_than is None or found[one["name"]] > older_than]
        assert going == must_go

    holds()
