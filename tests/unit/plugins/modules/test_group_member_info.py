# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of the LUNs of a group: pairs by id, sizes, whose a LUN is, and everything that speaks against it at once."""

from __future__ import annotations

from typing import Any

import pytest

GIB = 1024**3
POINT, OTHER = "0123456789ab", "ba9876543210"
SOURCES = [{"id": "a", "clone": "/vol/vol1/a_s"}, {"id": "b", "source": "/vol/vol2/lun1", "clone": "b_s"}]
MEMBERS = [{"id": "b2", "source_id": "b", "lun": "b_new"}, {"id": "a", "lun": "/vol/vol1/a_new", "size": "2GiB"}]


def mark(point: str = POINT, name: str = "s") -> str:
    """The comment of a clone."""
    return f"kept [group_snapshot {name} {point} of 2]"


@pytest.fixture
def cluster(lab: Any) -> Any:
    """50 LUNs; two of them have clones that say so."""
    found = lab("groups")
    clone(found, "/vol/vol1/a_s", mark())
    clone(found, "/vol/vol2/b_s", mark())
    found.forget()
    return found


def clone(cluster: Any, path: str, comment: str = "", **more: Any) -> None:
    """A clone of lun1 of its volume."""
    result = cluster.run("lun", svm="san1", name=path, clone_from="lun1", comment=comment, **more)
    assert not result.get("failed"), result


def comment(cluster: Any, path: str, text: str) -> None:
    """Another comment for a LUN."""
    assert not cluster.run("lun", svm="san1", name=path, comment=text).get("failed")


def plan(cluster: Any, flow: str = "from_snapshot", **options: Any) -> dict[str, Any]:
    """What becomes of the LUNs, in one read or none."""
    cluster.forget()
    options = {"svm": "san1", "flow": flow, "name": "g", **options}
    result = cluster.run("group_member_info", **options)
    assert not result.get("failed"), result
    assert cluster.writes() == [] and len(cluster.requests()) <= (2 if flow == "delete" else 1)
    return result


def new(cluster: Any, members: Any = None, sources: Any = None, **options: Any) -> dict[str, Any]:
    """The plan for LUNs out of a group snapshot."""
    members, sources = MEMBERS if members is None else members, SOURCES if sources is None else sources
    return plan(cluster, members=members, sources=sources, **options)


def objection(result: dict[str, Any]) -> str:
    """All that speaks against it."""
    return " ".join(result["objections"])


def test_pairs_go_by_id_and_sizes_are_grown(cluster: Any) -> None:
    result = new(cluster)
    assert (result["objections"], result["point"], result["volumes"]) == ([], POINT, ["vol2", "vol1"])
    text = f"[group_from_snapshot g {POINT} of 2]"
    assert result["changes"] == [
        {"name": "/vol/vol2/b_new", "clone_from": "/vol/vol2/b_s", "comment": text},
        {"name": "/vol/vol1/a_new", "clone_from": "/vol/vol1/a_s", "comment": text, "size": 2 * GIB},
    ]
    assert not cluster.run("lun", svm="san1", items=result["changes"]).get("failed")
    again = new(cluster)
    assert {one["state"] for one in again["records"]} == {"ours"}
    assert cluster.run("lun", svm="san1", items=again["changes"])["changed"] is False
    # The group snapshot may go, and the group is as complete as before.
    cluster.run("lun", svm="san1", state="absent", items=[{"name": "/vol/vol1/a_s"}, {"name": "/vol/vol2/b_s"}])
    assert new(cluster)["objections"] == []


def test_a_run_that_was_killed_after_any_clone_or_before_it_was_grown_is_finished(cluster: Any) -> None:
    first = new(cluster)["changes"]
    for done in ([], first[:1], [{key: value for key, value in first[1].items() if key != "size"}]):
        assert not cluster.run("lun", svm="san1", items=done).get("failed")
        left = new(cluster)
        assert left["objections"] == [] and left["point"] == POINT
    result = cluster.run("lun", svm="san1", items=left["changes"])
    assert result["actions"] == ["modify LUN /vol/vol1/a_new"]
    assert all("size" not in one for one in new(cluster)["changes"])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"members": MEMBERS[:1]}, "There are 1 member(s) and 2 source(s)"),
        ({"members": MEMBERS[:1]}, "No member is made out of these sources: a."),
        ({"members": [MEMBERS[0], {"id": "c", "lun": "x"}]}, "No source has the id of these members: c (source c). The ids are a, b."),
        ({"members": [MEMBERS[0], {**MEMBERS[0], "id": "c"}]}, "More than one member is to be made out of b."),
        ({"members": [MEMBERS[0], MEMBERS[0]]}, "members: the id b2 is there twice."),
        ({"members": [MEMBERS[0], {"id": "a"}]}, "members, entry 2 names no LUN."),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "x", "os": 1}]}, "members, entry 2: os is not known here"),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "x", "size": "big"}]}, "members, entry 2: 'big' is not a size"),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "/vol/vol2/x"}]}, "is made in the volume of its source, /vol/vol1/a_s"),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "/vol/vol1/a_s"}]}, "/vol/vol1/a_s cannot be a source and a new LUN."),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "x", "size": "1MiB"}]}, "1048576 bytes are less than its source /vol/vol1/a_s has"),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "x", "comment": "c" * 220}]}, "the comment is longer than 254 bytes"),
        ({"members": [MEMBERS[0], {"id": "a", "lun": "lun1"}]}, "LUN /vol/vol1/lun1 exists and was not made for g"),
        ({"sources": [SOURCES[1], {"id": "a", "clone": "/vol/vol1/none"}]}, "LUN /vol/vol1/none does not exist, out of which"),
        ({"sources": [SOURCES[1], {"id": "a", "clone": "/vol/vol1/lun1"}]}, "mapped to db1 and may be written to"),
        ({"sources": [SOURCES[1], {"id": "a", "clone": "/vol/vol1/lun1"}]}, "no mark of a group snapshot: /vol/vol1/lun1."),
        ({"snapshot": "t"}, "The LUNs are of the group snapshot s, not of t."),
        ({"name": "a b"}, "'a b' cannot be the name of a group"),
        ({"accept_mapped": ["/vol/vol1/other"]}, "accepted by name is none of these LUNs: /vol/vol1/other."),
        ({"svm": ""}, "The SVM is not named."),
    ],
)
def test_what_does_not_fit_together_is_told(cluster: Any, options: dict[str, Any], words: str) -> None:
    assert words in objection(new(cluster, **options))


def test_points_in_time_are_never_mixed(cluster: Any) -> None:
    comment(cluster, "/vol/vol2/b_s", mark(OTHER))
    assert f"not of one point in time: s {POINT} (/vol/vol1/a_s), s {OTHER} (/vol/vol2/b_s)" in objection(new(cluster))
    comment(cluster, "/vol/vol1/a_s", mark(OTHER))
    clone(cluster, "/vol/vol1/a_new", f"[group_from_snapshot g {POINT} of 2]")
    assert f"another point in time than the sources: /vol/vol1/a_new ({POINT})" in objection(new(cluster))
    comment(cluster, "/vol/vol1/a_new", f"[group_from_snapshot other {OTHER} of 2]")
    assert "LUN /vol/vol1/a_new exists and was not made for g" in objection(new(cluster))


def test_clones_without_a_mark_have_to_be_accepted_by_name(cluster: Any) -> None:
    for path in ("/vol/vol1/a_s", "/vol/vol2/b_s"):
        comment(cluster, path, "")
    assert objection(new(cluster, accept_unmarked=["/vol/vol1/a_s"])).count("/vol/vol2/b_s") == 1
    result = new(cluster, accept_unmarked=["/vol/vol1/a_s", "/vol/vol2/b_s"])
    assert not cluster.run("lun", svm="san1", items=result["changes"][:1]).get("failed")
    rest = new(cluster, accept_unmarked=["/vol/vol1/a_s", "/vol/vol2/b_s"])
    assert rest["objections"] == [] and rest["changes"][1]["comment"] == result["changes"][0]["comment"]


def test_a_live_group_is_named_for_its_snapshot_and_grown_afterwards(cluster: Any) -> None:
    sources = [{"id": 1, "lun": "/vol/vol1/lun1"}, {"id": 2, "lun": "/vol/vol2/lun1"}]
    members = [{"id": 2, "lun": "two", "comment": "of 2"}, {"id": 1, "lun": "one", "size": 3 * GIB, "space_reserved": False}]
    result = plan(cluster, "from_source", members=members, sources=sources)
    assert result["objections"] == []
    assert result["set_members"][0] == {"id": "2", "source": "/vol/vol2/lun1", "clone": "/vol/vol2/two", "comment": "of 2"}
    assert result["changes"] == [{"name": "/vol/vol1/one", "size": 3 * GIB, "space_reserved": False}]
    small = plan(cluster, "from_source", members=[members[0], {**members[1], "size": 5}], sources=sources)
    assert "5 bytes are less than its source" in objection(small)


def test_clones_are_deleted_that_are_ours_and_unused(cluster: Any) -> None:
    members = [SOURCES[0], "/vol/vol2/b_s", "/vol/vol3/gone"]
    result = plan(cluster, "delete", name="s", members=members)
    assert (result["objections"], [one["state"] for one in result["records"]]) == ([], ["ours", "ours", "absent"])
    whole = plan(cluster, "delete", name="s")
    assert [one["lun"] for one in whole["records"]] == ["/vol/vol1/a_s", "/vol/vol2/b_s"]
    assert (
        objection(plan(cluster, "delete", name="none")) == objection(plan(cluster, "delete", name="none", members=["/vol/vol1/no"])) == ""
    )
    strange = plan(cluster, "delete", name="t", members=["/vol/vol1/lun1", "/vol/vol1/a_s"])
    for words in ("lun1 is mapped to db1 and would be deleted", "lun1 has no mark of a group snapshot of t; it", f"(it says {mark()[5:]})"):
        assert words in objection(strange)
    paths = ["/vol/vol1/lun1", "/vol/vol1/a_s"]
    accepted = plan(cluster, "delete", name="t", members=paths, accept_mapped=paths[:1], accept_unmarked=paths)
    assert accepted["objections"] == [] and accepted["changes"][0]["allow_mapped"] is True


def test_a_restore_wants_unused_luns_and_clones_as_large_as_they_are(cluster: Any) -> None:
    members = [{"source": "/vol/vol1/lun1", "clone": "a_s"}, {"source": "/vol/vol2/lun1", "clone": "b_s"}]
    live = [one["source"] for one in members]
    result = plan(cluster, "restore", members=members)
    assert objection(result).count("would be overwritten under its hosts") == 2
    result = plan(cluster, "restore", members=members, accept_mapped=live)
    assert (result["objections"], result["point"]) == ([], POINT)
    assert result["changes"][0] == {"name": live[0], "state": "restored", "clone_from": "/vol/vol1/a_s", "allow_mapped": True}
    cluster.run("lun", svm="san1", name=live[0], size="3GiB")
    comment(cluster, "/vol/vol2/b_s", mark(OTHER))
    wrong = objection(
        plan(cluster, "restore", members=[*members, {"source": "/vol/vol3/lun1", "clone": "/vol/vol3/none"}], accept_mapped=live)
    )
    for words in (
        "a restore would make it smaller",
        "not of one point in time",
        "LUN /vol/vol3/none does not exist",
        "vol3/lun1 is mapped",
    ):
        assert words in wrong
    elsewhere = [{"source": "/vol/vol1/lun1", "clone": "/vol/vol2/b_s"}, {"clone": "/vol/vol1/a_s"}]
    wrong = objection(plan(cluster, "restore", members=elsewhere))
    assert "that is in another volume" in wrong and "entry 2 names no source" in wrong


def test_only_what_has_the_mark_and_is_unused_is_taken_back(cluster: Any) -> None:
    clone(cluster, "/vol/vol1/mine", f"[group_from_snapshot g {POINT} of 3]")
    clone(cluster, "/vol/vol2/used", f"[group_from_snapshot g {POINT} of 3]")
    cluster.run("lun_map", svm="san1", lun="/vol/vol2/used", igroup="db1")
    members = ["/vol/vol1/mine", "/vol/vol2/used", "/vol/vol1/a_s", "/vol/vol3/lun1", "/vol/vol3/none"]
    result = plan(cluster, "undo", members=members)
    assert result["changes"] == [{"name": "/vol/vol1/mine", "state": "absent"}]
    assert objection(result) == "LUN /vol/vol2/used is mapped to db1 meanwhile, and stays."
