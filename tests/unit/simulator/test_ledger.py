# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ledger: clean runs come out clean, and every kind of harm shows, so that the proof can fail."""

from __future__ import annotations

import pytest

from ansible_collections.ndo.ontap.tests.simulator.model.cifs_files import OpenFiles
from ansible_collections.ndo.ontap.tests.unit.simulator.ha_cluster import ONE, TWO, Cluster


def entries(cluster, kind):
    """The entries of one kind."""
    return [entry for entry in cluster.world.ledger.entries if entry["kind"] == kind]


def there_and_back(cluster, victim=ONE, **giveback):
    """Take a node over and give everything back."""
    cluster.taken_over(victim)
    cluster.run("giveback", ofnode=victim, **giveback)
    return cluster.wait(200)


def test_nothing_happened():
    verdict = Cluster().wait(10000).verdict()
    assert verdict == {
        "non_disruptive": True,
        "reasons": [],
        "pauses": 0,
        "longest_pause": 0.0,
        "pause_limit": 60.0,
        "lost_sessions": 0,
        "outages": 0,
        "data_lost": 0,
        "paths_lost": 0,
        "paths_missing": 0,
        "optimized_paths_lost": 0,
        "detours": 0,
        "identity_changed": 0,
        "open": 0,
    }


def test_a_planned_takeover_and_giveback_of_both_nodes_is_pauses_and_paths_that_come_back():
    cluster = there_and_back(there_and_back(Cluster(), ONE), TWO)
    verdict = cluster.verdict()
    assert verdict["non_disruptive"]
    assert set(cluster.kinds()) == {"io_pause", "path_lost", "path_restored"}
    assert 0 < verdict["longest_pause"] <= 15
    assert verdict["paths_lost"] == len(entries(cluster, "path_restored")) == 8
    assert all(entry["remaining"] == 2 for entry in entries(cluster, "path_lost"))


def test_each_client_has_its_pauses_and_others_have_none():
    cluster = Cluster()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(100)
    pauses = {(entry["client"], entry["object"]) for entry in entries(cluster, "io_pause")}
    assert ("NFS client 198.51.100.110", "nas1_vol1a") in pauses
    assert ("SAN host san1-host1", "/vol/san1_vol1b/lun0") in pauses
    assert not {thing for _client, thing in pauses} & {"nas1_vol2a", "/vol/san1_vol2a/lun0"}


def test_paths_that_are_still_away_are_not_forgiven():
    cluster = Cluster().taken_over()
    verdict = cluster.verdict()
    assert not verdict["non_disruptive"]
    assert verdict["reasons"] == ["4 path(s) have not come back"]


def test_unprotected_smb_sessions_are_lost_at_takeover_and_again_at_giveback():
    cluster = Cluster("smb_sessions").taken_over()
    lost = [entry["client"] for entry in entries(cluster, "smb_session_lost")]
    assert lost == ["SMB user EXAMPLE\\plain at 198.51.100.171", "SMB user EXAMPLE\\mixed at 198.51.100.172"]
    cluster.run("giveback", ofnode=ONE)
    cluster.wait(200)
    verdict = cluster.verdict()
    assert verdict["lost_sessions"] == 4
    assert verdict["reasons"] == ["4 SMB session(s) lost"]


def test_taking_over_the_other_node_does_not_touch_them():
    assert there_and_back(Cluster("smb_sessions"), TWO).verdict()["lost_sessions"] == 0


def test_a_lost_session_comes_back_as_another_one():
    cluster = Cluster("smb_sessions")
    session = next(cluster.world.store.each("cifs_sessions", user="EXAMPLE\\plain"))
    before = session["identifier"]
    cluster.taken_over()
    assert session["identifier"] != before
    assert session["node"]["name"] == TWO


def test_each_session_of_one_user_is_lost_on_its_own():
    cluster = Cluster("smb_sessions")
    table = cluster.world.store.table("cifs_sessions")
    row = next(cluster.world.store.each("cifs_sessions", user="EXAMPLE\\plain"))
    table["again"] = {**row, "identifier": 77, "connection_id": 78}
    cluster.taken_over()
    assert cluster.verdict()["lost_sessions"] == 3


def test_open_files_are_those_that_the_sessions_count_and_are_as_well_protected():
    world = Cluster("smb_sessions").world
    files = list(OpenFiles().rows(world, {}))
    for session in world.store.each("cifs_sessions"):
        levels = [one["continuously_available"] for one in files if one["session"]["identifier"] == session["identifier"]]
        assert len(levels) == session["open_files"]
        kinds = {"available": {"yes"}, "unavailable": {"no"}, "partial": {"yes", "no"}}[session["continuous_availability"]]
        assert set(levels) == (kinds if levels else set())
    shares = {one["name"]: one["continuously_available"] for one in world.store.each("shares")}
    assert all(shares[one["share"]["name"]] == (one["continuously_available"] == "yes") for one in files)


def test_users_open_and_close_files_when_they_are_told_to():
    cluster = Cluster("smb_sessions")
    cluster.trigger("smb_files", user="EXAMPLE\\plain")
    cluster.trigger("smb_files", user="EXAMPLE\\idle", open_files=7, client_ip="198.51.100.173", level="partial")
    cluster.taken_over()
    lost = [entry["client"].split()[2] for entry in entries(cluster, "smb_session_lost")]
    assert lost == ["EXAMPLE\\mixed", "EXAMPLE\\idle"]
    with pytest.raises(ValueError, match="nobody"):
        cluster.trigger("smb_files", user="nobody")


def test_migrating_a_lif_by_hand_cuts_unprotected_sessions():
    cluster = Cluster("smb_sessions")
    cluster.patch_lif("nas1_lif1", {"location": {"node": {"name": TWO}}})
    cluster.wait(3)
    assert cluster.verdict()["lost_sessions"] == 2


def test_a_host_without_a_second_path_has_an_outage():
    cluster = Cluster()
    for name in ("san1_iscsi2a", "san1_iscsi2b"):
        cluster.trigger("lif_down", interface=name)
    cluster.world.ledger.forget()
    cluster.run("takeover", ofnode=ONE)
    cluster.wait(60)
    outages = entries(cluster, "outage")
    assert {entry["client"] for entry in outages} == {"SAN host san1-host1", "SAN host san1-host2"}
    assert {entry["severity"] for entry in entries(cluster, "path_lost") if not entry["remaining"]} == {"error"}
    assert not cluster.verdict()["non_disruptive"]


def test_what_was_out_of_reach_from_the_start_is_not_counted():
    cluster = Cluster()
    cluster.trigger("lif_down", interface="nas1_lif1")
    cluster.trigger("lif_down", interface="san1_iscsi2a")
    cluster.world.ledger.forget()
    assert cluster.wait(1000).verdict()["non_disruptive"]
    # When it comes back and goes away again, it counts.
    cluster.trigger("lif_down", interface="nas1_lif1", enabled=True)
    cluster.trigger("lif_down", interface="nas1_lif1")
    assert not cluster.wait(1000).verdict()["non_disruptive"]


@pytest.mark.parametrize(("seconds", "good"), [(5, True), (59, True), (61, False)])
def test_a_pause_is_measured_against_the_limit(seconds, good):
    cluster = Cluster()
    volume = cluster.world.store.find("volumes", name="nas1_vol1a")
    cluster.world.store.table("fences")[volume["uuid"]] = {}
    cluster.world.ledger.observe("write fence")
    cluster.wait(seconds)
    assert cluster.verdict()["open"] == 2
    del cluster.world.store.table("fences")[volume["uuid"]]
    cluster.world.ledger.observe("end of the fence")
    verdict = cluster.verdict()
    assert verdict["non_disruptive"] is good
    assert verdict["outages"] == (0 if good else 2)
    if good:
        assert verdict["longest_pause"] == seconds


def test_a_client_that_leaves_stops_waiting():
    cluster = Cluster()
    cluster.world.store.table("fences")[cluster.world.store.find("volumes", name="nas1_vol1a")["uuid"]] = {}
    cluster.world.ledger.observe("write fence")
    cluster.wait(10)
    cluster.world.store.table("nfs_clients").clear()
    verdict = cluster.verdict()
    assert (verdict["open"], verdict["pauses"], verdict["longest_pause"]) == (0, 2, 10)


def test_the_limit_is_a_setting():
    assert not there_and_back(Cluster(pause_limit=4)).verdict()["non_disruptive"]


def test_slow_steps_make_a_takeover_disruptive():
    verdict = there_and_back(Cluster(giveback_per_aggregate=90)).verdict()
    assert verdict["outages"] > 0
    assert not verdict["non_disruptive"]


def test_pauses_that_touch_are_one_pause():
    ledger = Cluster().world.ledger
    now = ledger.world.now()
    for start, seconds in ((0, 40), (40, 30), (90, 20)):
        ledger.note("io_pause", "informational", "client", "volume", "test", time=now + start, seconds=float(seconds))
    verdict = ledger.verdict()
    assert verdict["longest_pause"] == 70
    assert verdict["reasons"] == ["a pause of 70 s, more than 60 s"]


def test_both_nodes_of_a_pair_down_is_an_outage_for_everybody():
    cluster = Cluster().taken_over()
    cluster.trigger("fail_node", name=TWO)
    everybody = [entry for entry in entries(cluster, "outage") if entry["client"] == "everybody"]
    assert [entry["object"] for entry in everybody] == ["ndo-01 and ndo-02"]
    assert everybody[0]["seconds"] is None
    cluster.wait(300)
    assert everybody[0]["seconds"] == 180


def test_two_nodes_of_different_pairs_down_is_not():
    cluster = Cluster("two_pairs")
    cluster.taken_over(ONE)
    cluster.run("takeover", **{"ofnode": "ndo-03", "ignore-quorum-warnings": True})
    cluster.wait(300)
    assert cluster.verdict()["outages"] == 0


def test_overriding_the_lock_manager_costs_those_whose_locks_it_held():
    cluster = Cluster("smb_sessions")
    cluster.trigger("set_veto", aggregate="aggr1_ndo_01", module="lock_manager")
    there_and_back(cluster, **{"override-vetoes": True})
    assert {entry["client"] for entry in entries(cluster, "data_lost")} == {
        "SMB user EXAMPLE\\plain at 198.51.100.171",
        "SMB user EXAMPLE\\mixed at 198.51.100.172",
    }


def test_overriding_it_before_the_locks_are_mirrored_costs_protected_sessions_too():
    cluster = Cluster()
    cluster.trigger("set_veto", aggregate="aggr1_ndo_01", module="lock_manager_ndo")
    there_and_back(cluster, **{"override-vetoes": True})
    verdict = cluster.verdict()
    assert verdict["data_lost"] == verdict["lost_sessions"] == 1
    assert not verdict["non_disruptive"]


def test_a_takeover_in_the_middle_of_a_cutover_is_an_outage_for_its_clients():
    cluster = Cluster("volume_move")
    cluster.run("takeover", ofnode=ONE)
    outages = entries(cluster, "outage")
    assert {(entry["client"], entry["object"]) for entry in outages} == {("SAN host san1-host1", "san1_vol1a")}


def test_entries_are_in_order_and_say_what_happened():
    cluster = there_and_back(Cluster())
    times = [entry["time"] for entry in cluster.world.ledger.entries]
    assert times == sorted(times)
    first = entries(cluster, "io_pause")[0]
    assert first["detail"] == "takeover of ndo-01: aggr1_ndo_01 relocates"
    assert first["seconds"] == 2


def test_a_reset_of_the_store_resets_the_ledger():
    cluster = Cluster()
    snapshot = cluster.world.store.snapshot()
    there_and_back(cluster)
    assert cluster.kinds()
    cluster.world.store.restore(snapshot)
    assert cluster.kinds() == []
    assert cluster.verdict()["non_disruptive"]
