# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done next about events of a cloud: read from the service and from the cluster, once or for as long as it takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.modules import cloud_maintenance_info

NODE, PARTNER = "ndo-01", "ndo-02"
EVENTS = "/metadata/scheduledevents"


def cloud(lab: Any, scenario: str = "ha_pair", **options: Any) -> Any:
    """A pair with a metadata service."""
    cluster = lab(scenario, imds=True, **options)
    cluster.url = cluster.simulator.imds_url
    return cluster


def announced(cluster: Any, node: str = NODE, **plan: Any) -> Any:
    """The cluster with an event."""
    cluster.trigger("cloud_event", node=[node], **{"id": "x", **plan})
    return cluster


def look(cluster: Any, **args: Any) -> dict[str, Any]:
    """What the module says."""
    source = {} if "document" in args or "path" in args else {"url": cluster.url}
    result = cluster.run("cloud_maintenance_info", **source, **args)
    assert not result.get("failed"), result
    assert cluster.writes() == [] and not result["changed"]
    return result


def marked(cluster: Any, stage: str, event: str = "x", node: str = NODE) -> Any:
    """The cluster with the mark of a run."""
    cluster.run("cluster_tag", key=f"ndo_event_{node}", value=f"{stage}.none.5.{event}")
    cluster.forget()
    return cluster


def document(*events: dict[str, Any], incarnation: int = 9) -> dict[str, Any]:
    """A copy of a document."""
    return {"DocumentIncarnation": incarnation, "Events": list(events)}


REBOOT = {"EventId": "x", "EventType": "Reboot", "EventStatus": "Scheduled", "Resources": [NODE], "NotBefore": ""}


def test_vms_of_events_that_are_no_node_are_named_where_nothing_is_to_be_done(lab: Any) -> None:
    stranger = document({**REBOOT, "Resources": ["cvo-vm1"]})
    result = look(cloud(lab), document=stranger)
    assert result["state"] == "idle"
    assert "No node has this name: cvo-vm1" in result["message"] and "vms" in result["message"]
    assert "cvo-vm1" not in look(cloud(lab), document=stranger, vms={"cvo-vm1": NODE})["message"]


def test_next_step_has_all_that_a_run_needs(lab: Any) -> None:
    result = look(announced(cloud(lab), type="Reboot", notice=600))
    step = result["next"]
    assert (result["state"], result["tags"], result["live"], step["action"], step["node"], step["partner"]) == (
        "act", True, True, "takeover", NODE, PARTNER,
    )  # fmt: skip
    assert (step["event_id"], step["event"]["nodes"], step["late"]) == ("x", [NODE], False)
    assert 350 <= step["patience"] <= 360 and 590 <= step["event"]["seconds_left"] <= 600
    keep = f".both.{result['incarnation']}.x"
    assert step["mark"] == {
        "key": f"ndo_event_{NODE}", "begun": f"begun{keep}", "done": f"taken{keep}", "served": f"served.none.{result['incarnation']}.x",
    }  # fmt: skip
    assert [(one["name"], one["on"]) for one in step["auto_giveback"]] == [(NODE, True), (PARTNER, True)]
    assert result["api"]["requests"] == 4


def test_nothing_to_do_costs_one_look_and_says_so(lab: Any) -> None:
    result = look(cloud(lab))
    assert (result["state"], result["next"], result["needs"], result["nodes"]) == ("idle", None, None, {NODE: "home", PARTNER: "home"})
    assert "No event asks for anything" in result["message"]


def test_watch_finds_an_event_that_comes_later_and_asks_the_cluster_only_for_news(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.trigger("cloud_event", delay=300, node=[NODE], type="Redeploy")
    result = look(cluster, watch=3600)
    assert result["state"] == "act" and result["next"]["event"]["type"] == "Redeploy"
    asked = [entry["path"] for entry in cluster.requests("GET")]
    assert asked.count(EVENTS) > 15 and asked.count("/api/cluster/nodes") == 2


def test_watch_sees_that_the_time_of_an_event_has_come(lab: Any) -> None:
    cluster = announced(cloud(lab), notice=3000)
    assert look(cluster)["state"] == "idle"
    result = look(cluster, watch=3600)
    assert result["state"] == "act" and 1780 <= result["next"]["event"]["seconds_left"] <= 1800


def test_watch_ends_at_its_bound(lab: Any) -> None:
    result = look(cloud(lab), watch=120, poll=10)
    assert result["state"] == "idle" and 120 <= result["api"]["seconds"] < 140


def test_end_of_the_event_is_waited_for(lab: Any) -> None:
    cluster = marked(announced(cloud(lab), notice=300, lasts=120), "taken")
    cluster.run("ha_takeover", node=NODE)
    cluster.forget()
    result = look(cluster, wait_timeout=3600)
    assert (result["state"], result["next"]["steps"], result["next"]["event"]) == ("act", ["giveback", "verify"], None)
    result = look(marked(cluster, "taken"), document=document(REBOOT), wait_timeout=3600)
    assert (result["state"], result["needs"], result["next"]) == ("waiting", "document", None)
    assert result["api"]["seconds"] < 10, "a copy does not change"


def test_wait_ends_after_its_time_without_a_step(lab: Any) -> None:
    cluster = marked(announced(cloud(lab), notice=9000), "taken")
    cluster.run("ha_takeover", node=NODE)
    cluster.forget()
    result = look(cluster, wait_timeout=300)
    assert (result["state"], result["needs"], result["next"]) == ("waiting", "document", None)
    assert 300 <= result["api"]["seconds"] < 330
    assert "waiting for the end of the Reboot event x" in result["waiting"][0]["reason"]


def test_takeover_of_cvo_is_joined_when_it_has_begun(lab: Any) -> None:
    result = look(announced(cloud(lab), type="Freeze"), wait_timeout=600, poll=5)
    assert (result["next"]["action"], result["next"]["joined"]) == ("takeover", True)
    assert result["next"]["mark"]["done"].startswith("joined.")


def test_cvo_that_does_not_react_loses_its_turn(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.world.settings["cvo_reacts"] = False
    result = look(announced(cluster, type="Freeze"), wait_timeout=600, cvo_grace=60)
    assert (result["next"]["joined"], 60 <= result["api"]["seconds"] < 90) == (False, True)


def test_check_mode_looks_once(lab: Any) -> None:
    cluster = announced(cloud(lab), type="Freeze")
    result = cluster.run("cloud_maintenance_info", check_mode=True, url=cluster.url, wait_timeout=600, watch=600)
    assert (result["state"], result["api"]["seconds"] < 5) == ("waiting", True)


def test_vms_have_names_of_their_own(lab: Any) -> None:
    cluster = cloud(lab)
    said = document({**REBOOT, "Resources": ["cvo-vm2", "other"]})
    assert look(cluster, document=said)["state"] == "idle"
    assert look(cluster, document=said, vms={"cvo-vm2": PARTNER})["next"]["node"] == PARTNER
    failed = cluster.run("cloud_maintenance_info", document=said, vms={"cvo-vm2": "ndo-9"})
    assert failed["failed"] and "no node ndo-9" in failed["msg"]


def test_file_is_read_again_and_a_moment_without_it_is_borne(lab: Any, tmp_path: Path) -> None:
    path = tmp_path / "events.json"
    cluster = cloud(lab)
    told: list[str] = []

    def report(text: str) -> None:
        told.append(text)
        path.write_text(json.dumps(document(REBOOT)), encoding="utf-8")

    params = {name: spec.get("default") for name, spec in cloud_maintenance_info.ARGUMENTS.options.items()}
    result = modules.perform(
        cloud_maintenance_info.body, {**params, **cluster.connection(), "path": str(path), "watch": 600}, False, report
    )
    assert result["next"]["event_id"] == "x", result
    assert result["source"] == {"origin": str(path), "failures": 1, "failing": ""}
    assert "cannot be read" in told[0] and "borne" in told[0]


def test_service_that_fails_for_a_while_is_borne_and_counted(lab: Any) -> None:
    cluster = announced(cloud(lab))
    cluster.simulator.faults.on("GET", EVENTS, "status", status=503, times=3)
    result = look(cluster, retries=0, poll=10)
    assert (result["state"], result["source"]["failures"]) == ("act", 3)


def test_service_that_stays_away_is_an_error_after_the_tolerance(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.simulator.faults.on("GET", EVENTS, "status", status=503, times=0)
    result = cluster.run("cloud_maintenance_info", url=cluster.url, retries=0, tolerance=60, watch=3600)
    assert result["failed"] and "could not be read for 60 s" in result["msg"] and "HTTP 503" in result["msg"]
    assert 60 <= result["api"]["seconds"] < 90


def test_copy_that_makes_no_sense_is_refused_at_once(lab: Any) -> None:
    result = cloud(lab).run("cloud_maintenance_info", document={"Events": []}, watch=3600)
    assert result["failed"] and result["error"]["kind"] == "MalformedDocument"
    result = cloud(lab).run("cloud_maintenance_info", document=document(), poll=-1)
    assert result["failed"] and "cannot be negative" in result["msg"]


def test_marks_are_kept_by_the_run_where_the_cluster_has_no_tags(lab: Any) -> None:
    cluster = cloud(lab, version=(9, 12, 1))
    cluster.run("ha_takeover", node=NODE)
    cluster.forget()
    result = look(cluster, document=document())
    assert (result["state"], result["tags"]) == ("idle", False)
    assert "left alone" in result["notes"][0]["reason"]
    assert look(cluster, document=document(), adopt=True)["next"]["action"] == "giveback"
    assert look(cluster, document=document(), marks={NODE: "taken.none.5.x"})["next"]["action"] == "giveback"
