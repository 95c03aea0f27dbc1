# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.lun_relocate as its users run it: the decisions by which OpenStack Cinder migrates volumes.

In the scenario san, host1 uses /vol/vol1/lun1 of san1; the other LUNs of vol1 are not mapped. A second SVM has objects of the same names.
"""

from __future__ import annotations

from typing import Any

from sites import GIB, STILL, Playground, Site

from ansible_collections.ndo.ontap.tests.simulator.scenarios import describe

PLAYBOOK = "ndo.ontap.lun_relocate"
MAPPED, FREE, ODD = "/vol/vol1/lun1", "/vol/vol1/lun 2", "/vol/vol1/lun1,lun2"
TO_OTHER = "ndo@san#san2:vol2"


def asked(place: Site, *luns: Any, **variables: Any) -> Site:
    """The site with variables that ask for the relocation of LUNs, by default to another volume of their SVM."""
    given = {"luns": list(luns), "svm": "san1", "to": "ndo@san#vol2", **variables}
    return place.set(**{f"lun_relocate_{name}": value for name, value in given.items()})


def san(playground: Playground, name: str, *luns: Any, peers: tuple[str, ...] | None = None, **variables: Any) -> Site:
    """A site with two SVMs, which may be peers."""
    place = asked(playground.site(name, "san"), *luns, **variables)
    if peers:
        place.api("POST", "svm/peers", {"svm": {"name": "san1"}, "peer": {"svm": {"name": "san2"}}, "applications": list(peers)})
    return place


def luns(place: Site) -> dict[str, tuple[str, str, str]]:
    """The LUNs by SVM and path: uuid, serial number and contents."""
    return {f"{row['svm']['name']}:{row['name']}": (row["uuid"], row["serial_number"], row["sim"]["content"]) for row in place.rows("luns")}


def decisions(report: dict[str, Any]) -> dict[str, str]:
    """What was decided, by LUN."""
    return {one["lun"]: one["decision"] for one in report["luns"]}


def outcomes(report: dict[str, Any]) -> dict[str, str]:
    """What became of the LUNs."""
    return {one["lun"]: one["outcome"] for one in report["luns"]}


def said(report: dict[str, Any], lun: str) -> str:
    """The reason of a decision."""
    return str(next(one["reason"] for one in report["luns"] if one["lun"] == lun))


# -- the decision table ------------------------------------------------------------------------------------------------------

TABLE: dict[str, tuple[Any, str, str]] = {
    f"san1:{MAPPED}": ({"lun": MAPPED, "name": "moved"}, "move", "another volume of the same SVM"),
    f"san1:{ODD}": ({"lun": f"san1:{ODD}", "to": "vol1"}, "skip", "it is there"),
    f"san1:{FREE}": ({"lun": FREE, "to": TO_OTHER, "name": "lun2"}, "copy", "another SVM of the cluster"),
    "san1:/vol/vol2/lun1": ({"lun": "/vol/vol2/lun1", "to": "san2:thick"}, "impossible", "It is mapped to host2"),
    "san1:/vol/vol1/LUN1": ({"lun": "/vol/vol1/LUN1", "to": "a@b#10.0.0.7:/cinder_flexvol"}, "impossible", "pool of NFS"),
    "san1:/vol/vol1/<lun1>": ({"lun": "/vol/vol1/<lun1>", "to": "away:vol1"}, "impossible", "on the cluster remote"),
    "san1:/vol/vol1/lun*": ({"lun": "/vol/vol1/lun*", "to": "nowhere:vol1"}, "impossible", "There is no SVM nowhere in this cluster."),
    "san1:/vol/vol1/none": ({"lun": "/vol/vol1/none"}, "impossible", "There is no LUN san1:/vol/vol1/none"),
    "san1:/vol/vol1/!lun1": ({"lun": "/vol/vol1/!lun1", "to": "vol9"}, "impossible", "There is no volume san1:vol9."),
    'san1:/vol/vol1/lun"1"': ({"lun": '/vol/vol1/lun"1"', "to": "thin"}, "impossible", "The volume san1:thin is offline."),
    "san1:/vol/vol1/lun1|lun2": ({"lun": "/vol/vol1/lun1|lun2", "name": "lun1"}, "impossible", "another LUN is there"),
    "san1:/vol/vol1/lun%31": ({"lun": "/vol/vol1/lun%31", "to": "vol1", "name": "lun31"}, "impossible", "would be a new name"),
    "san1:/vol/vol1/lun1..lun2": (
        {"lun": "/vol/vol1/lun1..lun2", "to": TO_OTHER, "igroups": ["strangers"]},
        "impossible",
        "There is no igroup strangers in the SVM san2.",
    ),
}
"""By LUN: the entry of the list, what is decided, and why."""


def table(playground: Playground) -> Site:
    """A site where every decision comes up."""
    place = san(playground, "site", *(entry for entry, _decision, _why in TABLE.values()), peers=("lun_copy",), to="vol2")
    place.api("POST", "storage/volumes", {"svm": {"name": "san1"}, "name": "thin", "aggregates": [{"name": "aggr1_ndo_01"}], "size": GIB})
    place.row("volumes", "thin", "san1")["state"] = "offline"
    remote = {"svm": {"name": "away"}, "cluster": {"name": "remote"}}
    peer = {"uuid": place.world.store.uuid(), "name": "away", "svm": dict(place.row("volumes", "vol1", "san1")["svm"]), "peer": remote}
    place.world.store.insert("svm_peers", {**peer, "applications": ["snapmirror"], "state": "peered"})
    return place


def test_what_becomes_of_each_lun_is_decided_and_said_before_the_first_write(playground: Playground) -> None:
    place = table(playground)
    before = luns(place)
    foretold = playground.play(PLAYBOOK, "--check", sites=[place.set(lun_relocate_on_failure="continue")])
    report = foretold.report(place)
    assert decisions(report) == {lun: decision for lun, (_entry, decision, _why) in TABLE.items()}
    for lun, (_entry, _decision, why) in TABLE.items():
        assert why in said(report, lun), said(report, lun)
    assert (foretold.failed, place.writes()) == ({"site"}, [])
    run = playground.play(PLAYBOOK, sites=[place])
    assert run.output.index(f"san1:{FREE} to san2:/vol/vol2/lun2: copy (") < run.output.index("TASK [ndo.ontap.lun_relocate : Move]")
    done = run.report(place)
    assert {lun: word for lun, word in outcomes(done).items() if word != "not possible"} == {
        f"san1:{MAPPED}": "moved",
        f"san1:{ODD}": "skipped",
        f"san1:{FREE}": "copied",
    }
    after = luns(place)
    assert after["san1:/vol/vol2/moved"] == before[f"san1:{MAPPED}"]
    assert after["san2:/vol/vol2/lun2"][2] == before[f"san1:{FREE}"][2] and after[f"san1:{FREE}"] == before[f"san1:{FREE}"]
    assert place.undisturbed()


# -- moves within an SVM -----------------------------------------------------------------------------------------------------


JOINED = "a move is under way, and is joined"


def reporting(place: Site) -> set[str]:
    """The nodes that report the LUNs in the volume to which they go."""
    maps = [row for row in place.rows("lun_maps") if row["lun"]["name"].startswith("/vol/san1_vol3a/")]
    return {node["name"] for row in maps for node in row["reporting_nodes"]}


def test_mapped_lun_goes_to_another_pair_while_its_host_uses_it_also_when_the_run_is_killed(playground: Playground) -> None:
    lun = "/vol/san1_vol1a/lun0"
    place = asked(playground.site("site", "two_pairs"), {"lun": f"san1:{lun}", "name": "db"}, svm="", to="ndo@san#san1:san1_vol3a")
    before = luns(place)[f"san1:{lun}"]
    place.world.settings["lun_move_rate"] = GIB // 128
    playground.interrupted(PLAYBOOK, lambda: "san1:/vol/san1_vol3a/db" in luns(place), sites=[place])
    place.pace(STILL)
    assert reporting(place) == {"ndo-01", "ndo-02", "ndo-03", "ndo-04"}
    assert [body["name"] for body in place.bodies("PATCH", "/storage/luns/")] == ["/vol/san1_vol3a/db"]
    process = playground.start(PLAYBOOK, sites=[place])
    playground.wait_for(lambda: JOINED in playground.output(), process)
    place.pace(playground.SCALE)
    (report,) = playground.finish(process).good().report(place)["luns"]
    assert (report["decision"], report["reason"], report["outcome"]) == ("move", JOINED, "moved")
    assert place.bodies("PATCH", "/storage/luns/") == []
    assert luns(place)["san1:/vol/san1_vol3a/db"][:2] == before[:2] == (report["uuid"], report["serial_number"])
    assert reporting(place) == {"ndo-03", "ndo-04"}
    again = playground.play(PLAYBOOK, sites=[place]).good()
    assert (place.writes(), outcomes(again.report(place))) == ([], {f"san1:{lun}": "skipped"})
    assert place.undisturbed()


def test_failure_of_one_lun_stops_the_rest_or_does_not_and_the_next_run_goes_on(playground: Playground) -> None:
    three = [{"lun": f"/vol/vol1/{name}", "name": f"new{number}"} for number, name in enumerate(("lun 2", "LUN1", "lun*"))]
    stop = san(playground, "stop", *three, concurrency=1).fault("PATCH", "storage/luns/*", nth=2)
    go_on = san(playground, "go_on", *three, concurrency=1, on_failure="continue").fault("PATCH", "storage/luns/*", nth=2)
    rough = san(playground, "rough", *three).fault("PATCH", "storage/luns/*", "reset", after=True)
    rough.fault("GET", "storage/luns*", "status", status=503, nth=4, times=2, retry_after=1)
    before = luns(stop)
    run = playground.play(PLAYBOOK, sites=[stop, go_on, rough])
    assert run.failed == {"stop", "go_on"}, run.output
    assert list(outcomes(run.report(stop)).values()) == ["moved", "failed", "not begun"]
    assert list(outcomes(run.report(go_on)).values()) == ["moved", "failed", "moved"]
    assert "An injected error" in run.failures["stop"] and "An injected error" in run.failures["go_on"]
    assert "san1:/vol/vol1/LUN1" in run.failures["go_on"]
    run = playground.play(PLAYBOOK, sites=[stop, go_on, rough]).good()
    assert list(outcomes(run.report(stop)).values()) == ["skipped", "moved", "moved"]
    assert list(outcomes(run.report(go_on)).values()) == ["skipped", "moved", "skipped"]
    for place in (stop, go_on, rough):
        for one in three:
            assert luns(place)[f"san1:/vol/vol2/{one['name']}"] == before[f"san1:{one['lun']}"]
        assert place.undisturbed()
    assert rough.writes() == []


# -- copies between SVMs -----------------------------------------------------------------------------------------------------


def test_copy_is_mapped_and_its_source_deleted_only_when_that_was_asked_and_the_copy_is_proven(playground: Playground) -> None:
    entry = {"lun": FREE, "to": TO_OTHER, "name": "lun2", "igroups": ["ig1"], "lun_id": 5}
    proven = san(playground, "proven", entry, peers=("lun_copy",), retire=[FREE])
    proven.set(lun_relocate_report_dir=str(proven.folder))
    bare = san(playground, "bare", entry, peers=("lun_copy",), retire=[FREE])
    plain = san(playground, "plain", entry, create_peer=True)
    everywhere = [proven, bare, plain]
    before = luns(plain)
    foretold = playground.play(PLAYBOOK, "--check", sites=[proven]).good().report(proven)["actions"]
    assert proven.writes() == []
    playground.killed(PLAYBOOK, "Map the copies", sites=everywhere)
    for place in everywhere:
        # ONTAP tells for two minutes of what a LUN is a copy.
        place.advance(300)
    run = playground.play(PLAYBOOK, sites=everywhere)
    assert run.failed == {"bare"}, run.output
    assert f"ONTAP does not tell any more whether their copies are complete: san1:{FREE}." in run.failures["bare"]
    assert set(before) - set(luns(proven)) == {f"san1:{FREE}"}
    assert foretold[0].startswith("copy ") and run.report(proven)["actions"] == foretold[1:]
    assert [one["retired"] for one in run.report(proven)["luns"]] == [True]
    for place in everywhere:
        assert place is proven or luns(place)[f"san1:{FREE}"] == before[f"san1:{FREE}"]
        assert luns(place)["san2:/vol/vol2/lun2"][2] == before[f"san1:{FREE}"][2]
        (lun_map,) = [row for row in place.rows("lun_maps") if row["lun"]["name"] == "/vol/vol2/lun2"]
        assert (lun_map["igroup"]["name"], lun_map["svm"]["name"], lun_map["logical_unit_number"]) == ("ig1", "san2", 5)
        assert place.undisturbed()
    run = playground.play(PLAYBOOK, sites=[proven, plain]).good()
    assert (proven.writes(), plain.writes()) == ([], [])
    assert said(run.report(proven), f"san1:{FREE}") == "its copy is there, and it was deleted"


# -- refusals ----------------------------------------------------------------------------------------------------------------


def refused(playground: Playground) -> dict[str, tuple[Site, str]]:
    """Sites where something speaks against the relocation, and what is said of it."""
    copy = {"lun": FREE, "to": TO_OTHER}
    elsewhere = san(playground, "elsewhere", FREE)
    elsewhere.world.settings["lun_move_rate"] = 1024
    (uuid,) = [row["uuid"] for row in elsewhere.rows("luns", name=FREE) if row["svm"]["name"] == "san1"]
    elsewhere.api("PATCH", f"storage/luns/{uuid}", {"name": "/vol/thick/lun 2"})
    small = san(playground, "small", {"lun": MAPPED, "to": "tiny"})
    tiny = {"svm": {"name": "san1"}, "name": "tiny", "aggregates": [{"name": "aggr1_ndo_01"}]}
    small.api("POST", "storage/volumes", {**tiny, "size": GIB})
    pairs = describe("two_pairs")
    hosts = next(svm["san_hosts"] for svm in pairs["svms"] if svm["name"] == "san1")
    hosts[0]["lifs"] = ["san1_iscsi1a", "san1_iscsi2a"]
    far = asked(playground.site("far", pairs), {"lun": "/vol/san1_vol1a/lun0", "name": "db"}, to="san1_vol3a")
    return {
        "taken": (san(playground, "taken", FREE).trigger("start_takeover", "ndo-02"), "ndo-02"),
        "strict": (san(playground, "strict", copy, peers=("snapmirror",)), "not for lun_copy"),
        "strangers": (san(playground, "strangers", copy), "Set lun_relocate_create_peer"),
        "old": (asked(playground.site("old", "san", version=(9, 9, 1)), copy, create_peer=True), "9.10.1"),
        "elsewhere": (elsewhere, "There is no LUN san1:/vol/vol1/lun 2"),
        "far": (far, "san1-host1"),
        "small": (small, "left, and it takes"),
        "none": (san(playground, "none"), "lun_relocate_luns is empty."),
        "twice": (san(playground, "twice", FREE, f"san1:{FREE}"), f"Named twice: san1:{FREE}."),
        "key": (san(playground, "key", {"lun": FREE, "nane": "x"}), "A LUN has no key nane."),
        "path": (san(playground, "path", "lun1"), "lun1 is not."),
        "nowhere": (san(playground, "nowhere", FREE, to=""), "Give lun_relocate_to"),
        "whose": (san(playground, "whose", FREE, svm=""), "Give lun_relocate_svm"),
        "words": (san(playground, "words", FREE, to="san#vol2"), "host@backend#pool"),
        "both": (san(playground, "both", {"lun": f"san1:{FREE}", "svm": "san2"}), "Two SVMs are named"),
        "retire": (san(playground, "retire", FREE, retire=["/vol/vol1/LUN1"]), "names what is not in lun_relocate_luns"),
    }


def test_all_that_speaks_against_it_is_said_before_anything_is_changed(playground: Playground) -> None:
    places = refused(playground)
    survey = san(playground, "survey").set(lun_relocate_luns=f"{FREE}, san1:/vol/vol1/LUN1")
    run = playground.play(PLAYBOOK, sites=[*(place for place, _words in places.values()), survey])
    assert run.failed == set(places), run.output
    for name, (place, words) in places.items():
        assert words in run.failures[name], run.failures[name]
        assert place.writes() == [], name
    assert list(outcomes(run.report(survey)).values()) == ["moved", "moved"]
