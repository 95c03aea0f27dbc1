# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of the flows of groups as their users run them, on clusters where one application writes to all LUNs.

Six of its LUNs, in three volumes, are the group.
"""

from __future__ import annotations

import time
from typing import Any

from sites import GIB, SCALE, Playground, Run, Site

FROM_SNAPSHOT, FROM_SOURCE = "ndo.ontap.group_from_snapshot", "ndo.ontap.group_from_source"
DELETE, RESTORE = "ndo.ontap.group_snapshot_delete", "ndo.ontap.group_restore"
POINT, OTHER = "0123456789ab", "ba9876543210"
VOLUMES = ("vol1", "vol2", "vol3")
LIVE = {f"{volume}{lun}": f"/vol/{volume}/{lun}" for volume in VOLUMES for lun in ("lun1", "lun2")}
SET = [{"id": name, "source": path, "clone": f"{path}_s"} for name, path in LIVE.items()]
CLONES, NEW = [f"{path}_s" for path in LIVE.values()], [f"{path}_new" for path in LIVE.values()]
MEMBERS: list[dict[str, Any]] = [
    {"id": f"new {one}", "source_id": one, "lun": f"{LIVE[one].rpartition('/')[2]}_new"} for one in reversed(LIVE)
]
MEMBERS[0]["size"] = "3GiB"
SAN1 = {"svm": {"name": "san1"}}


def mark(point: str = POINT, name: str = "nightly") -> str:
    """The end of the comment of a clone."""
    return f"[group_snapshot {name} {point} of {len(SET)}]"


def clones(place: Site, **marks: str) -> Site:
    """The site with a group snapshot: six clones of one instant; some may have another mark, by their ids."""
    names = [{"name": name, "provisioning_options": {"action": "add"}} for name in VOLUMES]
    groups = "application/consistency-groups"
    place.api("POST", groups, {**SAN1, "name": "made", "volumes": names})
    (group,) = place.rows("consistency_groups", name="made")
    place.api("POST", f"{groups}/{group['uuid']}/snapshots", {"name": "base"})
    for one in SET:
        volume = one["source"].split("/")[2]
        base = one["source"].replace(volume, f"{volume}/.snapshot/base", 1)
        body = {"name": one["clone"], "clone": {"source": {"name": base}}, "comment": marks.get(one["id"], mark())}
        place.api("POST", "storage/luns", {**SAN1, **body})
    place.advance(10)
    (snapshot,) = place.rows("consistency_snapshots", name="base")
    place.api("DELETE", f"{groups}/{group['uuid']}/snapshots/{snapshot['uuid']}")
    place.api("DELETE", f"{groups}/{group['uuid']}")
    return place


def given(place: Site, role: str, **variables: Any) -> Site:
    """The site with variables of a role."""
    return place.set(**{f"{role.rpartition('.')[2]}_{name}": value for name, value in {"svm": "san1", **variables}.items()})


def untouched(place: Site, before: dict[str, Any], *, but: tuple[str, ...] = ()) -> None:
    """The LUNs are those of before: the same ones, with the same contents; and no snapshot is left."""
    now = {path: (row["uuid"], row["sim"]["content"], row["space"]["size"]) for path, row in place.luns().items() if path not in but}
    assert now == before
    assert place.snapshots() == []


def state(place: Site) -> dict[str, Any]:
    """The LUNs, as `untouched` compares them."""
    return {path: (row["uuid"], row["sim"]["content"], row["space"]["size"]) for path, row in place.luns().items()}


class Refused:
    """Sites on which something speaks against what is asked for; they are in a run of others."""

    def __init__(self, **sites: tuple[Site, str]) -> None:
        self.words = {place.name: words for place, words in sites.values()}
        self.sites = [place for place, _words in sites.values()]

    def in_run(self, run: Run) -> None:
        """All of it was told, and nothing was changed."""
        for place in self.sites:
            assert run.failures[place.name].startswith("Nothing was changed. "), run.failures[place.name]
            assert self.words[place.name] in run.failures[place.name]
            assert place.writes() == []


# -- new LUNs out of a group snapshot ------------------------------------------------------------------------------------------


def wanted(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for new LUNs out of its group snapshot."""
    return given(place, FROM_SNAPSHOT, **{"name": "test", "sources": SET, "members": MEMBERS, **variables})


def complete(place: Site, point: str = POINT, name: str = "[group_from_snapshot test") -> None:
    """All new LUNs are there, of one point in time, each out of the source with its id, and one has grown."""
    luns = place.luns()
    assert set(NEW) <= set(luns)
    assert place.consistent(NEW)
    for path in NEW:
        assert luns[path]["comment"].startswith(f"{name} {point}"), luns[path]["comment"]
        source = luns[path.replace("_new", "_s")] if point == POINT else luns[path.replace("_new", "")]
        assert luns[path]["sim"]["content"] == source["sim"]["content"]
    assert [path for path in NEW if luns[path]["space"]["size"] != GIB] == ["/vol/vol3/lun2_new"]


def made(place: Site) -> set[str]:
    """The new LUNs that there are."""
    return set(NEW) & set(place.luns())


def test_new_luns_are_made_by_id_once_and_after_a_kill(playground: Playground) -> None:
    place = wanted(clones(playground.site()), report_dir=str(playground.folder / "site"))
    before = state(place)
    forecast = playground.play(FROM_SNAPSHOT, "--check", sites=[place]).good().report(place)
    assert (place.writes(), {one["outcome"] for one in forecast["luns"]}) == ([], {"foretold"})
    # The third LUN is a second on its way, so that the run is killed before it is over.
    place.fault("POST", "storage/luns", "delay", nth=3, seconds=SCALE)
    playground.interrupted(FROM_SNAPSHOT, lambda: len(made(place)) == 2, sites=[place])
    # What was on its way is carried out.
    time.sleep(1.5)
    run = playground.play(FROM_SNAPSHOT, sites=[place]).good()
    report = run.report(place)
    assert 0 < len([one for one in report["luns"] if one["outcome"] == "made"]) < len(NEW)
    assert (report["point"], report["luns"][0]["id"], place.file("made")) == (POINT, "new vol3lun2", report)
    complete(place)
    again = playground.play(FROM_SNAPSHOT, sites=[place]).good()
    assert (place.writes(), again.changed["site"], again.report(place)["actions"]) == ([], 0, [])
    untouched(place, before, but=tuple(NEW))
    assert place.undisturbed()


def test_new_luns_of_a_run_that_fails_are_deleted_and_others_stay(playground: Playground) -> None:
    clone = {"nth": 4, "code": "1", "message": "No room."}
    failing = wanted(clones(playground.site("failing"))).fault("POST", "storage/luns", **clone)
    lost = wanted(clones(playground.site("lost"))).fault("POST", "storage/luns", "drop_after", nth=4)
    found = wanted(clones(playground.site("found"))).fault("PATCH", "storage/luns/*", code="2", message="No growth")
    body = {"name": NEW[0], "clone": {"source": {"name": CLONES[0]}}, "comment": f"[group_from_snapshot test {POINT} of 6]"}
    found.api("POST", "storage/luns", {**SAN1, **body})
    kept = wanted(clones(playground.site("kept")), rollback=False).fault("POST", "storage/luns", **clone)
    refused = Refused(
        short=(wanted(playground.site("short"), members=MEMBERS[1:]), "There are 5 member(s) and 6 source(s)"),
        small=(wanted(clones(playground.site("small")), members=[{**MEMBERS[0], "size": "1MiB"}, *MEMBERS[1:]]), "1048576 bytes are less"),
        points=(wanted(clones(playground.site("points"), vol2lun1=mark(OTHER))), "not of one point in time"),
    )
    before = {place.name: state(place) for place in (failing, found)}
    run = playground.play(FROM_SNAPSHOT, sites=[failing, lost, found, kept, *refused.sites])
    assert run.failed == {"failing", "found", "kept", *refused.words}, run.output
    refused.in_run(run)
    for place, words in ((failing, "Taken back: 3 LUN(s)."), (found, "Taken back: 1 LUN(s).")):
        assert words in run.failures[place.name] and run.report(place)["success"] is False
        untouched(place, before[place.name])
    assert "No room" in run.failures["failing"] and "No growth" in run.failures["found"]
    complete(lost)
    assert len(set(NEW) & set(kept.luns())) == 3
    playground.play(FROM_SNAPSHOT, sites=[failing, found, kept]).good()
    for place in (failing, found, kept):
        complete(place)


# -- new LUNs out of live ones -------------------------------------------------------------------------------------------------


def live(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for new LUNs out of those that hosts write to."""
    sources = [{"id": name, "lun": path} for name, path in LIVE.items()]
    return given(place, FROM_SOURCE, **{"name": "copy", "sources": sources, "members": MEMBERS, **variables})


def test_live_group_is_fenced_and_its_copy_grown_once(playground: Playground) -> None:
    plain = live(playground.site("plain"))
    broken = live(playground.site("broken"), **hooks(playground)).fault("PATCH", "storage/luns/*", code="2", message="No growth")
    before = state(broken)
    forecast = playground.play(FROM_SOURCE, "--check", sites=[broken]).good().report(broken)
    assert broken.writes() == []
    playground.killed(FROM_SOURCE, "Grow, and give the other options", sites=[plain])
    refused = Refused(
        small=(live(playground.site("small"), members=[{**MEMBERS[0], "size": 1}, *MEMBERS[1:]]), "1 bytes are less than its source"),
        unknown=(
            live(playground.site("unknown"), members=[*MEMBERS[1:], {"id": 7, "lun": "x"}]),
            "No source has the id of these members: 7",
        ),
    )
    run = playground.play(FROM_SOURCE, sites=[plain, broken, *refused.sites])
    assert run.failed == {"broken", *refused.words}, run.output
    refused.in_run(run)
    assert "No growth" in run.failures["broken"] and "Taken back: 6 LUN(s)." in run.failures["broken"]
    broken.advance(10)
    assert state(broken) == before and (playground.folder / "thaw_broken").exists()
    report = run.report(plain)
    assert {one["outcome"] for one in report["luns"]} == {"found"} and report["actions"] == ["modify LUN /vol/vol3/lun2_new"]
    complete(plain, report["point"], "[group_snapshot from_source_copy")
    again = playground.play(FROM_SOURCE, sites=[plain, broken]).good()
    assert (plain.writes(), again.changed["plain"]) == ([], 0)
    report = again.report(broken)
    assert 0 < report["fenced_seconds"] < 7 and {one["outcome"] for one in report["luns"]} == {"made"}
    assert [one for one in report["actions"] if "LUN" in one] == [one for one in forecast["actions"] if "LUN" in one]
    complete(broken, report["point"], "[group_snapshot from_source_copy")
    assert plain.undisturbed() and broken.undisturbed()
    assert {name.partition(":")[2][:5] for name in plain.snapshots()} <= {"reap_"}


# -- deleting ------------------------------------------------------------------------------------------------------------------


def gone(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for the group snapshot to go."""
    return given(place, DELETE, **{"name": "nightly", "members": SET, **variables})


def test_clones_are_deleted_all_tried_and_failures_collected(playground: Playground) -> None:
    listed, whole = gone(clones(playground.site("listed"))), gone(clones(playground.site("whole")), members=[])
    failing = gone(clones(playground.site("failing"))).fault("DELETE", "storage/luns/*", nth=2, times=2, code="9", message="Not now")
    used = clones(playground.site("used"))
    used.api("POST", "protocols/san/lun-maps", {**SAN1, "lun": {"name": CLONES[0]}, "igroup": {"name": "db7"}})
    accepted = gone(used, accept_mapped=[CLONES[0]], members=", ".join(CLONES))
    before = {path: row["uuid"] for path, row in listed.luns().items() if path not in CLONES}
    everywhere = [listed, whole, failing, accepted]
    playground.play(DELETE, "--check", sites=everywhere).good()
    assert [place.writes() for place in everywhere] == [[], [], [], []]
    refused = Refused(
        mapped=(gone(clones(playground.site("mapped")), name="", members=[*CLONES, LIVE["vol1lun1"]]), "vol1/lun1 is mapped to db1"),
        others=(gone(clones(playground.site("others")), name="other"), "has no mark of a group snapshot of other"),
    )
    run = playground.play(DELETE, sites=[*everywhere, *refused.sites])
    assert run.failed == {"failing", *refused.words}, run.output
    refused.in_run(run)
    assert run.failures["failing"].count("Not now") == 2 and "Run the playbook again" in run.failures["failing"]
    outcomes = [one["outcome"] for one in run.report(failing)["luns"]]
    assert outcomes == ["deleted", "failed", "failed", "deleted", "deleted", "deleted"]
    again = playground.play(DELETE, sites=everywhere).good()
    assert [listed.writes(), whole.writes(), accepted.writes()] == [[], [], []]
    assert again.report(failing)["message"] == "2 of 6 LUN(s) deleted, the others were absent."
    for place in everywhere:
        assert {path: row["uuid"] for path, row in place.luns().items()} == before


# -- restoring -----------------------------------------------------------------------------------------------------------------


def back(place: Site, **variables: Any) -> Site:
    """The site with variables that ask for the LUNs to be brought back to their clones."""
    accept = {"accept_mapped": list(LIVE.values())}
    return given(clones(place), RESTORE, **{"name": "nightly", "members": SET, **accept, **variables})


def spoiled(place: Site) -> Site:
    """The site whose hosts have written other contents, and write no more."""
    place.trigger("writer_stop", "database")
    for path in LIVE.values():
        place.trigger("lun_write", path=path, content=f"spoiled {path}")
    return place


def contents(place: Site, paths: Any) -> list[str]:
    """What LUNs contain."""
    return [place.lun(path)["sim"]["content"] for path in paths]


def hooks(playground: Playground) -> dict[str, str]:
    """Tasks files of a site: quiesce writes a file, thaw takes it away and writes another."""
    found = {}
    for name in ("quiesce", "thaw"):
        file = f"{playground.folder}/{name}_{{{{ inventory_hostname }}}}"
        path = playground.folder / f"{name}.yml"
        path.write_text(f"- {{name: Do it, ansible.builtin.copy: {{content: x, dest: '{file}', mode: '0644'}}}}\n")
        found[f"{name}_tasks"] = str(path)
    return found


def test_luns_are_restored_or_put_back_and_applications_thawed(playground: Playground) -> None:
    good, failing = spoiled(back(playground.site("good"))), spoiled(back(playground.site("failing"), **hooks(playground)))
    failing.fault("PATCH", "storage/luns/*", nth=4, code="3", message="Not this one")
    broken = playground.folder / "broken.yml"
    broken.write_text("- {name: Try it, ansible.builtin.fail: {msg: It does not get quiet}}")
    stuck = spoiled(back(playground.site("stuck"), **{**hooks(playground), "quiesce_tasks": str(broken)}))
    identities = {path: (row["uuid"], row["serial_number"]) for path, row in good.luns().items()}
    before = contents(failing, LIVE.values())
    assert playground.play(RESTORE, "--check", sites=[good]).good().report(good)["actions"] and good.writes() == []
    refused = Refused(
        mapped=(back(playground.site("mapped"), accept_mapped=[]), "would be overwritten under its hosts"),
        files=(
            given(playground.site("files"), RESTORE, members=SET, thaw_tasks="/nothing/there.yml"),
            "There is no file /nothing/there.yml.",
        ),
    )
    run = playground.play(RESTORE, sites=[good, failing, stuck, *refused.sites])
    assert run.failed == {"failing", "stuck", *refused.words}, run.output
    refused.in_run(run)
    assert run.failures["stuck"] == "Try it: It does not get quiet" and stuck.writes() == [] and (playground.folder / "thaw_stuck").exists()
    assert "Not this one" in run.failures["failing"] and "3 were put back" in run.failures["failing"]
    assert contents(failing, LIVE.values()) == before
    assert all((playground.folder / f"{name}_failing").exists() for name in ("quiesce", "thaw"))
    failing.advance(10)
    assert {name.partition(":")[2][:5] for name in failing.snapshots()} <= {"reap_"}
    assert contents(good, LIVE.values()) == contents(good, CLONES) and good.consistent(list(LIVE.values()))
    assert {path: (row["uuid"], row["serial_number"]) for path, row in good.luns().items()} == identities
    report = run.report(good)
    assert report["safety"].startswith("before_restore_nightly_") and f"vol1:{report['safety']}" in good.snapshots()
    playground.killed(RESTORE, "Give the LUNs the contents of their clones", sites=[good])
    again = playground.play(RESTORE, sites=[good]).good().report(good)
    assert len(again["earlier"]) == 2 and again["earlier"][0] == report["safety"]


def test_consistency_group_is_restored_once(playground: Playground) -> None:
    place = playground.site()
    names = [{"name": name, "provisioning_options": {"action": "add"}} for name in VOLUMES]
    place.api("POST", "application/consistency-groups", {**SAN1, "name": "app", "volumes": names})
    (group,) = place.rows("consistency_groups", name="app")
    place.api("POST", f"application/consistency-groups/{group['uuid']}/snapshots", {"name": "good"})
    before = contents(place, LIVE.values())
    given(spoiled(place), RESTORE, group="app", snapshot="good")
    refused = playground.play(RESTORE, sites=[place])
    assert "Nothing was changed." in refused.failures["site"] and place.writes() == []
    place.set(group_restore_allow_in_use=True, **{f"group_restore_{name}": value for name, value in hooks(playground).items()})
    run = playground.play(RESTORE, sites=[place]).good()
    assert contents(place, LIVE.values()) == before and (playground.folder / "thaw_site").exists()
    assert run.report(place)["message"] == "consistency group app restored."
    again = playground.play(RESTORE, sites=[place]).good()
    assert (place.writes(), again.report(place)["message"]) == ([], "consistency group app is as it was in the snapshot.")
