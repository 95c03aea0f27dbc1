# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook ndo.ontap.san_decommission as its users run it.

Host host1 uses /vol/vol1/lun1 by way of an igroup of its name; a second SVM has objects of the same names.
"""

from __future__ import annotations

import json
from typing import Any

from sites import Playground, Run, Site

PLAYBOOK = "ndo.ontap.san_decommission"
HOST1 = "iqn.1994-05.com.example:san1-host1"
LUN1 = "/vol/vol1/lun1"
LUN2 = "/vol/vol1/lun 2"


def asked(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for the end of a volume and an igroup."""
    given = {"svm": "san1", "volume": "vol1", "igroup": "host1", **variables}
    return place.set(**{f"san_decommission_{name}": value for name, value in given.items()})


def ready(playground: Playground, name: str = "site", **variables: Any) -> Site:
    """A site where the host has let go of its disks, and is still logged in; a second LUN is mapped to it."""
    place = asked(playground.site(name, "san"), accept_logged_in=True, **variables)
    igroup = place.row("igroups", "host1")
    body = {"svm": {"name": "san1"}, "lun": {"name": LUN2}, "igroup": {"name": igroup["name"]}, "logical_unit_number": 12}
    place.api("POST", "protocols/san/lun-maps", body)
    place.trigger("host_release", "host1", [LUN1, LUN2])
    return place


def some(**variables: Any) -> dict[str, Any]:
    """Variables that ask for the end of two LUNs, as a survey gives them; their volume and igroup stay."""
    return {"luns": f"lun1, {LUN2}", "igroup": "", **variables}


def good(run: Run, changed: int | None = None) -> Run:
    """The run, which has gone well, with so many changed tasks on each site."""
    assert run.code == 0, run.output
    assert changed is None or set(run.changed.values()) == {changed}, run.output
    return run


def luns(place: Site) -> dict[str, tuple[str, bool]]:
    """The LUNs of the first SVM, by path: serial number, and whether they are online."""
    return {row["name"]: (row["serial_number"], row["enabled"]) for row in place.rows("luns") if row["svm"]["name"] == "san1"}


def lun_ids(place: Site) -> set[int]:
    """The LUN ids of the LUNs that the host sees."""
    rows = place.rows("lun_maps")
    return {row["logical_unit_number"] for row in rows if row["igroup"]["name"] == "host1" and row["svm"]["name"] == "san1"}


def reporting(place: Site) -> Site:
    """The site with a folder for reports, and for the way back."""
    return place.set(san_decommission_report_dir=str(place.folder))


def take_back(playground: Playground, place: Site) -> None:
    """Run the playbook that the role has written."""
    connection = json.dumps({"ontap_connection": place.host()["ontap_connection"]})
    good(playground.play(str(place.path("undo.yml")), "-e", connection, sites=[place]))


def as_before(place: Site, objects: dict[str, set[str]]) -> None:
    """Everything is there again, online, with the same LUN ids, and nobody has noticed."""
    assert place.objects() == objects
    assert all(online for _serial, online in luns(place).values())
    assert place.verdict()["non_disruptive"], place.verdict()


# -- logged-in hosts ---------------------------------------------------------------------------------------------------------


def test_host_that_is_logged_in_is_cut_off_only_when_that_is_accepted(playground: Playground) -> None:
    refused = asked(playground.site("refused", "san"))
    accepted = asked(playground.site("accepted", "san"), accept_logged_in=True)
    down = asked(playground.site("down", "san"))
    down.trigger("host_offline", "host1")
    asleep = asked(playground.site("asleep", "san"))
    asleep.trigger("host_offline", "host1")
    asleep.row("volumes", "vol1")["state"] = "offline"
    run = playground.play(PLAYBOOK, sites=[refused, accepted, down, asleep])
    assert run.failed == {"refused"}
    assert f"LUN {LUN1} would be unmapped under hosts that are logged in: {HOST1} of igroup host1." in run.failures["refused"]
    assert "san_decommission_accept_logged_in" in run.failures["refused"]
    assert (refused.writes(), refused.verdict()["non_disruptive"]) == ([], True)
    assert not accepted.verdict()["non_disruptive"]
    assert down.verdict()["non_disruptive"]
    for place in (accepted, down, asleep):
        assert [row["svm"]["name"] for row in place.rows("volumes", name="vol1")] == ["san2"]
        assert [row["svm"]["name"] for row in place.rows("igroups", name="host1")] == ["san2"]


# -- the way there, and back --------------------------------------------------------------------------------------------------


def test_deleted_volume_comes_back_with_its_serial_numbers(playground: Playground) -> None:
    place, purged = reporting(ready(playground)), ready(playground, "purged", purge=True)
    objects, before = place.objects(), luns(place)
    forecast = good(playground.play(PLAYBOOK, "--check", sites=[place, purged]), changed=4)
    assert (place.writes(), purged.writes()) == ([], [])
    run = good(playground.play(PLAYBOOK, sites=[place, purged]), changed=4)
    result = run.result(place)
    assert result["actions"] == forecast.result(place)["actions"]
    assert result["actions"][-2:] == ["delete volume san1:vol1", "delete igroup host1"]
    check_recovery(place, result)
    assert (purged.rows("recovery_queue"), run.result(purged)["undo"]) == ([], [])
    run = good(playground.play(PLAYBOOK, sites=[place, purged]), changed=0)
    assert (place.writes(), purged.writes()) == ([], [])
    assert "in the recovery queue as" in run.result(place)["recovery"]
    assert place.file("decommission") == result
    take_back(playground, place)
    as_before(place, objects)
    assert luns(place) == before


def check_recovery(place: Site, result: dict[str, Any]) -> None:
    """The result says where the volume is, and how it comes back."""
    (entry,) = place.rows("recovery_queue")
    assert f"in the recovery queue as {entry['name']}, for 12 hours" in result["recovery"]
    assert f"volume recovery-queue recover -vserver san1 -volume {entry['name']}" in result["recovery"]
    assert str(place.path("undo.yml")) in result["recovery"]
    assert {one["name"]: one["maps"] for one in result["luns"] if one["maps"]} == {
        LUN1: [{"igroup": "host1", "lun_id": 0}],
        LUN2: [{"igroup": "host1", "lun_id": 12}],
    }
    assert [one["initiators"] for one in result["igroups"]] == [[HOST1]]


def test_the_last_stage_knows_the_way_back_out_of_the_first(playground: Playground) -> None:
    place = reporting(ready(playground))
    objects, before = place.objects(), luns(place)
    run = good(playground.play(PLAYBOOK, sites=[place.set(san_decommission_until="unmapped")]), changed=1)
    assert (luns(place), lun_ids(place)) == (before, set())
    assert "Nothing was deleted." in run.result(place)["recovery"]
    good(playground.play(PLAYBOOK, sites=[place.set(san_decommission_until="offline")]), changed=1)
    assert not any(online for path, (_serial, online) in luns(place).items() if path.startswith("/vol/vol1/"))
    good(playground.play(PLAYBOOK, sites=[place.set(san_decommission_until="deleted")]), changed=2)
    take_back(playground, place)
    as_before(place, objects)
    assert luns(place) == before


def test_luns_go_out_of_a_volume_that_stays_and_come_back_as_clones(playground: Playground) -> None:
    place, plain = reporting(ready(playground, **some())), ready(playground, "plain", **some(snapshot=""))
    objects, before = place.objects(), luns(place)
    good(playground.play(PLAYBOOK, "--check", sites=[place, plain]))
    assert (place.writes(), plain.writes()) == ([], [])
    run = good(playground.play(PLAYBOOK, sites=[place, plain]))
    for one in (place, plain):
        assert set(luns(one)) == set(before) - {LUN1, LUN2}
        assert one.row("igroups", "host1")
    assert plain.rows("snapshots") == []
    assert run.result(plain)["recovery"] == "The LUNs are gone for good."
    (snapshot,) = place.rows("snapshots")
    assert snapshot["name"].startswith("decommission.2")
    assert f"in the snapshot {snapshot['name']} of vol1" in run.result(place)["recovery"]
    good(playground.play(PLAYBOOK, sites=[place, plain]), changed=0)
    take_back(playground, place)
    as_before(place, {**objects, "snapshots": {f"san1 {snapshot['name']}"}})
    assert place.row("luns", LUN1)["sim"]["content"] == f"data of {LUN1} in san1"
    assert luns(place)[LUN1][0] != before[LUN1][0]


# -- refusals ----------------------------------------------------------------------------------------------------------------


def test_all_that_speaks_against_it_is_said_before_anything_is_unmapped(playground: Playground) -> None:
    clone = ready(playground, "clone")
    parent = {"is_flexclone": True, "parent_volume": {"name": "vol1"}}
    clone.api("POST", "storage/volumes", {"name": "copy", "svm": {"name": "san1"}, "clone": parent})
    locked = ready(playground, "locked")
    snapshots = f"storage/volumes/{locked.row('volumes', 'vol1')['uuid']}/snapshots"
    locked.api("POST", snapshots, {"name": "kept", "expiry_time": "2100-01-01T00:00:00Z"})
    accepted = ready(playground, "accepted", accept="locked_snapshots,mirrors", until="offline")
    shared = ready(playground, "shared", volume="vol2", igroup="host1")
    mounted = asked(playground.site("mounted"), svm="nas1", volume="nas1_vol1a", igroup="")
    gone = asked(playground.site("gone", "san"), svm="gone")
    nothing = asked(playground.site("nothing", "san"), volume="")
    places = [clone, locked, shared, mounted, gone, nothing]
    before = {place.name: place.objects() for place in places}
    run = playground.play(PLAYBOOK, sites=[*places, accepted])
    assert run.failed == set(before)
    assert "FlexClones: san1:copy" in run.failures["clone"]
    assert "locked snapshots: kept (until 2100" in run.failures["locked"] and "accept: [locked_snapshots]" in run.failures["locked"]
    assert f"The igroup host1 is mapped to other LUNs too: {LUN1}, {LUN2}." in run.failures["shared"]
    assert "The volume nas1_vol1a has no LUNs, and is mounted at /nas1_vol1a" in run.failures["mounted"]
    assert "There is no SVM gone." in run.failures["gone"]
    assert run.failures["nothing"] == "Give san_decommission_volume, san_decommission_luns or both."
    for place in places:
        assert (place.writes(), place.objects()) == ([], before[place.name]), place.name


# -- failures ----------------------------------------------------------------------------------------------------------------

FAULTS: dict[str, tuple[dict[str, Any], str, str, dict[str, Any]]] = {
    "Unmap": ({}, "DELETE", "protocols/san/lun-maps/*", {"nth": 2}),
    "Take the LUNs offline": ({}, "PATCH", "storage/luns/*", {"nth": 3}),
    "Delete the volume with its LUNs": (
        {},
        "DELETE",
        "storage/volumes/*",
        {"kind": "job_failure", "code": "1", "message": "An injected error."},
    ),
    "Make a snapshot that can bring the LUNs back": (some(), "POST", "storage/volumes/*/snapshots", {}),
    "Delete the LUNs": (some(), "DELETE", "storage/luns/*", {}),
}


def test_failure_before_the_first_deletion_puts_everything_back(playground: Playground) -> None:
    places = {step: ready(playground, f"site{number}", **row[0]) for number, (step, row) in enumerate(FAULTS.items())}
    before = {step: place.objects() for step, place in places.items()}
    for step, (_variables, method, path, rule) in FAULTS.items():
        places[step].fault(method, path, **rule)
    run = playground.play(PLAYBOOK, sites=list(places.values()))
    for step, place in places.items():
        assert run.failures[place.name].startswith(f"{step}: "), run.failures[place.name]
        assert "An injected error" in run.failures[place.name]
        assert run.failures[place.name].endswith("Nothing was deleted, and the LUNs are as they were before this run.")
        as_before(place, before[step])
        result = run.result(place)
        assert (result["success"], result["undo"], bool(result["actions"])) == (False, [], True)


def test_failure_after_the_first_deletion_says_what_is_gone_and_the_next_run_goes_on(playground: Playground) -> None:
    part = reporting(ready(playground, "part", **some()))
    # The first run fails at its second deletion, and the second run at its first.
    part.fault("DELETE", "storage/luns/*", nth=2, times=2)
    late = ready(playground, "late")
    late.fault("DELETE", "protocols/san/igroups/*")
    slow = ready(playground, "slow", timeout=1)
    slow.fault("DELETE", "storage/volumes/*", "job_pause")
    stuck = reporting(ready(playground, "stuck"))
    objects = stuck.objects()
    stuck.fault("PATCH", "storage/luns/*", nth=2)
    stuck.fault("POST", "protocols/san/lun-maps")
    run = playground.play(PLAYBOOK, sites=[part, late, slow, stuck])
    assert f"Deleted: LUN {LUN2}. So nothing was put back." in run.failures["part"]
    assert LUN1 in luns(part)
    assert "Deleted: volume san1:vol1. So nothing was put back." in run.failures["late"]
    assert "in the recovery queue as vol1_" in run.result(late)["recovery"]
    assert "Perhaps deleted: volume san1:vol1. So nothing was put back." in run.failures["slow"]
    assert "Nothing was deleted. Putting the LUNs back as they were failed too: " in run.failures["stuck"]
    take_back(playground, stuck)
    as_before(stuck, objects)
    run = playground.play(PLAYBOOK, sites=[part, late])
    assert run.failed == {"part"}
    assert "Nothing was deleted, and the LUNs are as they were before this run." in run.failures["part"]
    good(playground.play(PLAYBOOK, sites=[part]))
    assert LUN1 not in luns(part)
    assert not [row for row in late.rows("igroups", name="host1") if row["svm"]["name"] == "san1"]
    take_back(playground, part)
    assert lun_ids(part) == {0, 12}


def test_runs_that_are_killed_are_finished_by_the_next_which_knows_the_way_back(playground: Playground) -> None:
    places = []
    for number, task in enumerate(("Take the LUNs offline", "Delete the igroup")):
        place = reporting(ready(playground, f"site{number}"))
        objects, before = place.objects(), luns(place)
        playground.killed(PLAYBOOK, f"san_decommission : {task}", sites=[place])
        places.append(place)
    good(playground.play(PLAYBOOK, sites=places))
    for place in places:
        assert [row["row"]["name"] for row in place.rows("recovery_queue")] == ["vol1"]
        assert not [row for row in place.rows("igroups", name="host1") if row["svm"]["name"] == "san1"]
        assert place.verdict()["non_disruptive"]
        take_back(playground, place)
        as_before(place, objects)
        assert luns(place) == before
