# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.share_relocate as its users run it: the flow by which OpenStack Manila migrates a share.

The share is nas1_vol1a, mounted at /nas1_vol1a on aggr1_ndo_01; NFS clients use it.
"""

from __future__ import annotations

from typing import Any

from sites import Playground, Site

PLAYBOOK = "ndo.ontap.share_relocate"
VOLUME = "nas1_vol1a"
HERE, THERE = "aggr1_ndo_01", "aggr1_ndo_02"
POLICIES = {"qos_policy": "gold", "export_policy": "limited", "snapshot_policy": "none", "efficiency": {"compaction": "inline"}}


def asked(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for the relocation of the share, in OpenStack's words."""
    given = {"volume": f"nas1:{VOLUME}", "aggregate": f"ndo@manila#{THERE}", **variables}
    return place.set(**{f"share_relocate_{name}": value for name, value in given.items()})


def reporting(place: Site) -> Site:
    """The site with a folder for reports, and for what the share was like."""
    return place.set(share_relocate_report_dir=str(place.folder))


def dressed(place: Site, **variables: Any) -> Site:
    """A site whose share gets a new name and policies, which are there; it has snapshots."""
    nas1 = {"svm": {"name": "nas1"}}
    place.api("POST", "storage/qos/policies", {**nas1, "name": "gold", "fixed": {"max_throughput_iops": 5000}})
    place.api("POST", "protocols/nfs/export-policies", {**nas1, "name": "limited"})
    for name in ("hourly.2026-01-01_1005", "before_upgrade"):
        place.api("POST", f"storage/volumes/{volume(place)['uuid']}/snapshots", {"name": name})
    return asked(place, new_name="share_42", settings=POLICIES, **variables)


def volume(place: Site) -> dict[str, Any]:
    """The share, whatever it is called."""
    rows = place.rows("volumes")
    return next(row for row in rows if row["svm"]["name"] == "nas1" and row["nas"].get("path") == f"/{VOLUME}")


def moves(place: Site) -> list[str]:
    """What the moves were told, in all requests of the last run: begin, or the state of a PATCH."""
    sent = [body["movement"] for body in place.bodies("PATCH", "/storage/volumes/") if "movement" in (body or {})]
    return ["begin" if "destination_aggregate" in one else one["state"] for one in sent]


def state(place: Site) -> str:
    """What ONTAP says of the move."""
    return str(volume(place).get("movement", {}).get("state", "none"))


def relocated(place: Site, uuid: str) -> None:
    """The same volume is there, under its new name, with its path and its new policies; nobody lost anything."""
    row = volume(place)
    assert (row["uuid"], row["name"], row["aggregates"][0]["name"]) == (uuid, "share_42", THERE)
    assert (row["qos"]["policy"]["name"], row["nas"]["export_policy"]["name"]) == ("gold", "limited")
    assert row["snapshot_policy"]["name"] == "none"
    assert place.undisturbed()


# -- the flow --------------------------------------------------------------------------------------------------------------


def test_share_is_copied_and_held_then_completed_with_its_name_and_policies(playground: Playground) -> None:
    steps, once = reporting(dressed(playground.site("steps"), phase="start")), dressed(playground.site("once"))
    uuids = {place.name: volume(place)["uuid"] for place in (steps, once)}
    forecast = playground.play(PLAYBOOK, "--check", sites=[steps, once]).good().report(once)
    assert (steps.writes(), once.writes(), steps.files()) == ([], [], [f"steps-nas1-{VOLUME}.relocate"])
    run = playground.play(PLAYBOOK, sites=[steps, once]).good()
    relocated(once, uuids["once"])
    check_report(run.report(once))
    assert run.report(once)["actions"] == forecast["actions"] == ["move", "cutover", "modify"]
    held = run.report(steps)
    assert (held["outcome"], held["volume"], held["actions"]) == ("waiting_for_cutover", VOLUME, ["move"])
    assert (volume(steps)["aggregates"][0]["name"], moves(steps), steps.file("relocate")) == (HERE, ["begin"], held)
    steps.set(share_relocate_phase="complete", share_relocate_aggregate="")
    run = playground.play(PLAYBOOK, sites=[steps, once]).good()
    done = run.report(steps)
    assert (done["outcome"], done["from"], done["to"], moves(steps)) == ("relocated", HERE, THERE, ["cutover"])
    relocated(steps, uuids["steps"])
    assert steps.files() == [f"steps-nas1-{VOLUME}.relocate"]
    assert (run.report(once)["outcome"], once.writes()) == ("unchanged", [])
    playground.play(PLAYBOOK, sites=[steps]).good()
    assert steps.writes() == []


def check_report(report: dict[str, Any]) -> None:
    """The report of a whole relocation says what was done, and by which paths clients come."""
    assert (report["outcome"], report["from"], report["to"], report["volume"]) == ("relocated", HERE, THERE, "share_42")
    assert report["compared"] == "Junction path, export policy and 2 snapshot(s) are as before."
    assert {one["path"]: one["preferred"] for one in report["export_paths"]} == {
        "198.51.100.21:/nas1_vol1a": False,
        "198.51.100.22:/nas1_vol1a": True,
    }


def test_relocation_is_cancelled_and_nothing_is_left(playground: Playground) -> None:
    words = {"phase": "cancel", "aggregate": ""}
    held = asked(playground.site("held", "volume_move"), **words)
    copying = asked(playground.site("copying", "volume_move"), **{**words, "volume": "nas1:nas1_vol2a"})
    idle, late = asked(playground.site("idle"), **words), asked(playground.site("late"), phase="cancel", aggregate=HERE)
    before = {row["name"]: (row["uuid"], row["aggregates"], row["nas"]) for row in held.rows("volumes")}
    foretold = playground.play(PLAYBOOK, "--check", sites=[held]).good()
    assert (foretold.report(held)["actions"], held.writes()) == (["abort"], [])
    run = playground.play(PLAYBOOK, sites=[held, copying, idle, late])
    assert run.failed == {"late"}
    assert f"is on {HERE} already." in run.failures["late"]
    for place, name in ((held, VOLUME), (copying, "nas1_vol2a")):
        row = place.row("volumes", name, "nas1")
        assert (run.report(place)["outcome"], moves(place), row["movement"]["state"]) == ("cancelled", ["aborted"], "aborted")
        assert (row["uuid"], row["aggregates"], row["nas"]) == before[name]
        assert place.undisturbed()
    assert (run.report(idle)["outcome"], idle.writes(), late.writes()) == ("unchanged", [], [])


# -- killed and resumed ------------------------------------------------------------------------------------------------------


def test_run_that_is_killed_anywhere_is_finished_by_the_next_ones(playground: Playground) -> None:
    place = reporting(dressed(playground.site()))
    uuid = volume(place)["uuid"]
    place.world.settings["move_rate"] = 8 * 1024**3
    playground.interrupted(PLAYBOOK, lambda: state(place) == "replicating", sites=[place])
    told = moves(place)
    for task in ("Cut the volume over", "Give the volume its name", "Forget what the share was like"):
        playground.killed(PLAYBOOK, task, sites=[place])
        told += moves(place)
    report = playground.play(PLAYBOOK, sites=[place]).good().report(place)
    assert told == ["begin", "cutover"]
    assert (report["outcome"], report["volume"], report["from"], report["to"]) == ("unchanged", "share_42", HERE, THERE)
    assert report["compared"].endswith("2 snapshot(s) are as before.")
    relocated(place, uuid)
    assert (place.writes(), place.files()) == ([], [f"site-nas1-{VOLUME}.relocate"])


def test_what_is_different_after_the_cutover_stops_the_run_before_the_new_name(playground: Playground) -> None:
    lost, rotated = reporting(dressed(playground.site("lost"))), reporting(dressed(playground.site("rotated")))
    playground.killed(PLAYBOOK, "Read the volume again", sites=[lost, rotated])
    for place, gone in ((lost, "before_upgrade"), (rotated, "hourly.2026-01-01_1005")):
        (snapshot,) = [row for row in place.rows("snapshots") if row["name"] == gone]
        path = f"storage/volumes/{volume(place)['uuid']}/snapshots"
        place.api("DELETE", f"{path}/{snapshot['uuid']}")
        place.api("POST", path, {"name": "hourly.2026-01-01_1105"})
    run = playground.play(PLAYBOOK, sites=[lost, rotated])
    assert run.failed == {"lost"}
    assert "These snapshots are missing: before_upgrade." in run.failures["lost"]
    assert f"The volume is on {THERE}." in run.failures["lost"]
    assert (volume(lost)["name"], lost.writes()) == (VOLUME, [])
    assert volume(rotated)["name"] == "share_42"
    (kept,) = lost.folder.glob("*.before.json")
    assert str(kept) in run.failures["lost"]
    kept.unlink()
    report = playground.play(PLAYBOOK, sites=[lost]).good().report(lost)
    assert report["compared"].startswith("Nobody has kept what the share was like before")
    assert volume(lost)["name"] == "share_42"


# -- refusals ----------------------------------------------------------------------------------------------------------------


def refused(playground: Playground) -> dict[str, tuple[Site, str]]:
    """Sites where something speaks against the relocation, and what is said of it."""
    taken = asked(playground.site("taken")).trigger("start_takeover", "ndo-02")
    weak = asked(playground.site("weak")).trigger("disable_ha", "ndo-01")
    full = asked(playground.site("full")).trigger("fill_aggregate", THERE, 33 * 1024**4)
    other = asked(playground.site("other", "volume_move"), aggregate=THERE)
    return {
        "taken": (taken, "ndo-02"),
        "weak": (weak, "failover"),
        "full": (full, "is at its ceiling"),
        "other": (other, "aggr2_ndo_01"),
        "missing": (asked(playground.site("missing"), volume="nas1:nothing"), "There is no volume missing-nas1-nothing."),
        "no_place": (asked(playground.site("no_place"), aggregate="aggr9"), "There is no aggregate aggr9."),
        "no_share": (asked(playground.site("no_share"), volume="san1:san1_vol1a"), "it has no junction path"),
        "policies": (
            asked(playground.site("policies"), settings=POLICIES),
            "There is no export_policy limited, and no qos_policy gold for nas1.",
        ),
        "named": (asked(playground.site("named"), new_name="nas1_vol1b"), "Another volume is called nas1_vol1b already."),
        "early": (asked(playground.site("early"), phase="complete"), "Run the phase start first."),
        "nowhere": (asked(playground.site("nowhere"), aggregate=""), "Give share_relocate_aggregate"),
        "words": (asked(playground.site("words"), aggregate="manila#aggr1_ndo_02"), "host@backend#pool"),
    }


def test_all_that_speaks_against_it_is_said_before_anything_is_changed(playground: Playground) -> None:
    places = refused(playground)
    ignoring = asked(playground.site("ignoring"), ignore="ha_ready, node_up", phase="start").trigger("disable_ha", "ndo-01")
    replacing = asked(playground.site("replacing", "volume_move"), replace=True, phase="start")
    run = playground.play(PLAYBOOK, sites=[*(place for place, _words in places.values()), ignoring, replacing])
    assert run.failed == set(places), run.output
    for name, (place, words) in places.items():
        assert words in run.failures[name], run.failures[name]
        assert (place.writes(), place.files()) == ([], []), name
    assert run.report(ignoring)["outcome"] == run.report(replacing)["outcome"] == "waiting_for_cutover"
    assert moves(replacing) == ["aborted", "begin"]


def test_pair_that_gets_sick_during_the_copy_keeps_the_share_from_being_cut_over(playground: Playground) -> None:
    place = dressed(playground.site())
    place.world.settings["move_rate"] = 4 * 1024**3
    process = playground.start(PLAYBOOK, sites=[place])
    playground.wait_for(lambda: state(place) == "replicating", process)
    place.trigger("degrade_node", "ndo-01")
    run = playground.finish(process)
    assert "run the phase complete when the cause is gone, or cancel" in run.failures["site"], run.output
    assert (moves(place), volume(place)["aggregates"][0]["name"]) == (["begin"], HERE)
    assert (run.report(place)["outcome"], run.report(place)["success"]) == ("failed", False)
    place.trigger("degrade_node", "ndo-01", degraded=False)
    playground.play(PLAYBOOK, sites=[place.set(share_relocate_phase="complete")]).good()
    relocated(place, volume(place)["uuid"])


# -- faults ------------------------------------------------------------------------------------------------------------------


def test_faults_are_waited_out_and_what_fails_after_the_cutover_is_done_by_the_next_run(playground: Playground) -> None:
    reset = dressed(playground.site("reset")).fault("PATCH", "storage/volumes/*", "reset", after=True, nth=3, times=3)
    busy = dressed(playground.site("busy")).fault("GET", "storage/volumes*", "status", status=503, nth=3, times=2)
    cutover = dressed(playground.site("cutover")).trigger("fail_cutovers", VOLUME, 2)
    # Two validations, the move, the cutover, and then the new name.
    named = dressed(playground.site("named")).fault("PATCH", "storage/volumes/*", nth=5)
    everywhere = [reset, busy, cutover, named]
    uuids = {place.name: volume(place)["uuid"] for place in everywhere}
    run = playground.play(PLAYBOOK, sites=everywhere)
    assert run.failed == {"named"}, run.output
    assert run.failures["named"].startswith("Give the volume its name and its policies: ")
    assert f"The volume is on {THERE}. Run the playbook again" in run.failures["named"]
    assert (volume(named)["name"], volume(named)["aggregates"][0]["name"]) == (VOLUME, THERE)
    for place in everywhere:
        assert moves(place).count("begin") == 1
    report = playground.play(PLAYBOOK, sites=[named]).good().report(named)
    assert (report["outcome"], moves(named)) == ("relocated", [])
    for place in everywhere:
        relocated(place, uuids[place.name])
    assert volume(cutover)["sim"]["fail_cutovers"] == 0
