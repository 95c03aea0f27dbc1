# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Approvals beyond the laws: what is never approved, what is left alone, lost answers, and clear words."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.ndo.ontap.plugins.module_utils import module as modules
from ansible_collections.ndo.ontap.plugins.module_utils.journal import Journal
from ansible_collections.ndo.ontap.plugins.modules import azure_scheduled_event
from ansible_collections.ndo.ontap.tests.simulator.model.ha import TRIGGERS
from ansible_collections.ndo.ontap.tests.simulator.model.ha_state import find_node
from ansible_collections.ndo.ontap.tests.unit.laws.azure import VMS

MODULE = "azure_scheduled_event"
PATH = "/metadata/scheduledevents"


def cloud(lab: Any, out: str | None = "ndo-01", **options: Any) -> Any:
    """A lab with a metadata service, in which one node was taken over."""
    cluster = lab(imds=True, **options)
    cluster.world.settings.update(cloud_vms=VMS, cvo_reacts=False)
    if out:
        cluster.trigger("start_takeover", ofnode=out)
        cluster.advance(300)
    return cluster


def announce(cluster: Any, identity: str = "E1", node: Any = "ndo-01", **event: Any) -> None:
    """Azure announces something for the VM of a node."""
    TRIGGERS["cloud_event"](cluster.world, node=node, id=identity, **event)
    cluster.forget()


def task(cluster: Any, **options: Any) -> dict[str, Any]:
    """The task that approves the event."""
    return {"url": cluster.simulator.imds_url, "event_id": "E1", "node": "ndo-01", "vms": VMS, **options}


def approve(cluster: Any, **options: Any) -> dict[str, Any]:
    """Approve the event."""
    return cluster.run(MODULE, **task(cluster, **options))


def warned(cluster: Any, journal: Any = None, **options: Any) -> dict[str, Any]:
    """The same as the module makes it: Ansible takes the warnings out of what an ordinary module prints."""
    params = {name: spec.get("default") for name, spec in azure_scheduled_event.ARGUMENTS.options.items()}
    params.update({**cluster.connection(), **task(cluster, **options)})
    return modules.perform(azure_scheduled_event.body, params, False, journal=journal)


def refused(cluster: Any, result: dict[str, Any], *words: str, kind: str = "Refused") -> None:
    """It was refused in these words, and nothing was approved."""
    assert result.get("failed") and result["error"]["kind"] == kind, result
    for word in words:
        assert word in result["msg"], result["msg"]
    assert cluster.writes() == []


def status(cluster: Any, identity: str = "E1") -> str:
    """What became of the event."""
    row = cluster.world.store.table("cloud_events")[identity]
    return "gone" if row["gone"] else row["status"]


def test_only_the_metadata_service_is_written_to(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    result = approve(cluster)
    assert (result["changed"], result["actions"], result["record"]["status"]) == (True, ["approve"], "Started")
    (write,) = cluster.writes()
    assert (write["method"], write["path"], write["body"]) == ("POST", PATH, {"StartRequests": [{"EventId": "E1"}]})


def test_approval_is_noted_as_a_write_for_the_report_of_a_run(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    notes: list[dict[str, Any]] = []
    warned(cluster, Journal(notes.append))
    (write,) = [note for note in notes if note["kind"] == "write"]
    assert (write["method"], write["path"], write["query"]) == ("POST", PATH, {"EventId": "E1"})
    assert [note["status"] for note in notes if note["kind"] == "answer"] == [200]


def test_vm_of_the_nodes_name_needs_no_table(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.world.settings["cloud_vms"] = {"NDO-01": "ndo-01"}
    announce(cluster)
    assert approve(cluster, vms={})["actions"] == ["approve"]


@pytest.mark.parametrize("begun", [True, False], ids=["begun", "over"])
def test_event_that_has_begun_or_is_over_leaves_nothing_to_do_and_the_cluster_is_not_asked(lab: Any, begun: bool) -> None:
    cluster = cloud(lab)
    announce(cluster, status="Started")
    cluster.advance(0 if begun else 3600)
    result = approve(cluster)
    assert (result["changed"], result["actions"]) == (False, [])
    assert result["record"]["status"] == ("Started" if begun else "gone")
    assert [entry["path"] for entry in cluster.requests()] == [PATH]


# -- too early -----------------------------------------------------------------------------------------------------------


def test_node_in_service_is_not_stopped(lab: Any) -> None:
    cluster = cloud(lab, out=None)
    announce(cluster)
    refused(cluster, approve(cluster), "Event E1 cannot be approved", "the takeover of ndo-01 is not_attempted", "ha_takeover")


def test_takeover_that_is_under_way_is_not_enough(lab: Any) -> None:
    cluster = cloud(lab, out=None)
    announce(cluster)
    cluster.trigger("start_takeover", ofnode="ndo-01")
    cluster.world.settings["mgmt_silence"] = 0
    cluster.advance(5)
    cluster.forget()
    refused(cluster, approve(cluster), "the takeover of ndo-01 is in_progress", "Node ndo-01 is up")


def test_node_that_gets_its_storage_back_is_not_stopped(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.trigger("start_giveback", ofnode="ndo-01")
    cluster.advance(1)
    cluster.forget()
    refused(cluster, approve(cluster), "ndo-01 is being given back")


def test_partner_that_is_not_well_is_not_left_alone(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.trigger("degrade_node", node="ndo-02")
    refused(cluster, approve(cluster), "its partner ndo-02 is degraded")


def test_aggregate_that_the_partner_does_not_serve_is_told(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.world.store.find("aggregates", name="aggr1_ndo_01")["state"] = "offline"
    refused(cluster, approve(cluster), "ndo-02 does not serve aggregate aggr1_ndo_01 (offline, on ndo-02)")


def test_node_without_a_partner_is_never_stopped(lab: Any) -> None:
    cluster = cloud(lab, out=None, scenario="single_node")
    node = next(cluster.world.store.each("nodes"))["name"]
    announce(cluster, node=node)
    refused(cluster, approve(cluster, node=node, vms={"cvo-vm1": node}), f"{node} has no HA partner")


# -- others --------------------------------------------------------------------------------------------------------------


def test_event_of_both_nodes_is_never_approved(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster, node=["ndo-01", "ndo-02"])
    refused(cluster, approve(cluster, allow_others=["cvo-vm2"]), "both ndo-01 and its partner ndo-02", "nobody would serve")


def test_event_of_other_vms_is_approved_only_when_they_are_named(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster, others=["app-vm1", "app-vm2"])
    refused(cluster, approve(cluster, allow_others=["app-vm2"]), "not about ndo-01 alone", "starts it for app-vm1.", "allow_others")
    assert approve(cluster, allow_others=["app-vm2", "APP-VM1"])["actions"] == ["approve"]


def test_other_node_of_the_event_has_to_be_out_too(lab: Any) -> None:
    cluster = cloud(lab, scenario={"pairs": [["ndo-01", "ndo-02"], ["ndo-03", "ndo-04"], ["ndo-05", "ndo-06"]]})
    announce(cluster, node=["ndo-01", "ndo-03"])
    options = {"allow_others": ["ndo-03"]}
    refused(cluster, approve(cluster, **options), "the takeover of ndo-03 is not_attempted")
    cluster.trigger("start_takeover", ofnode="ndo-03")
    cluster.advance(300)
    assert approve(cluster, **options)["actions"] == ["approve"]


def test_partner_whose_own_event_has_begun_is_not_left_alone(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    announce(cluster, "E2", "ndo-02", status="Started", type="Freeze")
    refused(cluster, approve(cluster), "event E2 (Freeze) of ndo-02, which serves for ndo-01, has begun", "Wait until")


def test_event_of_the_partner_that_is_to_come_is_a_warning(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    announce(cluster, "E2", "ndo-02")
    result = warned(cluster)
    assert result["actions"] == ["approve"]
    assert result["warnings"] == ["Event E2 (Reboot) of ndo-02 is to come too: give ndo-01 its storage back before it begins."]


# -- what makes no sense -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Preempt", "Terminate"])
def test_end_of_a_vm_is_never_approved(lab: Any, kind: str) -> None:
    cluster = cloud(lab)
    announce(cluster, type=kind)
    refused(cluster, approve(cluster), f"Event E1 is of type {kind}", "never approved")


def test_event_of_another_node_is_refused_before_the_cluster_is_asked(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster, node="ndo-02")
    refused(cluster, approve(cluster), "Event E1 is not about node ndo-01: it names cvo-vm2", "vms", kind="InputError")
    assert [entry["path"] for entry in cluster.requests()] == [PATH]


def test_partner_whose_vm_nobody_knows_could_be_among_the_others(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster, others=["app-vm1"])
    result = approve(cluster, vms={"cvo-vm1": "ndo-01"}, allow_others=["app-vm1"])
    refused(cluster, result, "vms does not say which VM is ndo-02, the partner of ndo-01", kind="InputError")


def test_unknown_node_is_refused_with_the_names_there_are(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    result = approve(cluster, node="ndo-09", vms={"cvo-vm1": "ndo-09"})
    refused(cluster, result, "no node ndo-09", "ndo-01, ndo-02", kind="InputError")


# -- answers that are lost, slow, or wrong -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "reset", "status"])
def test_lost_answer_is_resolved_by_reading_the_event_again(lab: Any, kind: str) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.simulator.faults.on("POST", PATH, kind, **({"status": 500} if kind == "status" else {}))
    result = approve(cluster)
    assert not result.get("failed"), result
    assert (result["actions"], result["record"]["status"]) == (["approve"], "Started")


def test_approval_that_has_begun_when_its_answer_is_lost_is_not_repeated(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.world.settings["cloud_approval"] = 0
    announce(cluster)
    cluster.simulator.faults.on("POST", PATH, "drop_after")
    assert approve(cluster)["actions"] == ["approve"]
    assert len(cluster.writes()) == 1


def test_busy_service_is_asked_again(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.simulator.faults.on("POST", PATH, "status", status=429, times=2)
    assert approve(cluster)["actions"] == ["approve"]
    assert [entry["status"] for entry in cluster.writes()] == [429, 429, 200]


def test_refusal_of_the_service_is_told(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.simulator.faults.on("POST", PATH, "status", status=400, body="Bad request.")
    result = approve(cluster)
    assert result["failed"] and "refused POST (HTTP 400): Bad request." in result["msg"]
    assert len(cluster.writes()) == 1 and result["changed"] is False


def test_event_that_azure_does_not_begin_at_once_is_no_failure(lab: Any) -> None:
    cluster = cloud(lab)
    cluster.world.settings["cloud_approval"] = 120
    announce(cluster)
    result = warned(cluster, wait_timeout=10)
    assert (result["actions"], result["record"]["status"]) == (["approve"], "Scheduled")
    assert result["warnings"] == ["Azure has not begun event E1 yet; it does so at its NotBefore at the latest."]
    cluster.advance(120)
    assert approve(cluster)["changed"] is False


def test_service_that_fails_while_the_event_begins_is_waited_out(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.simulator.faults.on("GET", PATH, "status", status=503, nth=2, times=6)
    assert approve(cluster, retries=1, wait_timeout=60)["record"]["status"] == "Started"


def test_malformed_document_approves_nothing(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.simulator.faults.on("GET", PATH, "status", status=200, body='{"Events": []}')
    refused(cluster, approve(cluster), "has no DocumentIncarnation", kind="MalformedDocument")


def test_cluster_that_cannot_be_read_approves_nothing(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.fault("GET", "/cluster/nodes", "error", status=403, code="6", message="not authorized for that command")
    refused(cluster, approve(cluster), "not authorized", kind="NotAuthorized")


def test_management_address_that_moves_is_waited_out(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster)
    cluster.fault("GET", "/cluster/nodes", "lif_silent", seconds=40)
    assert approve(cluster)["actions"] == ["approve"]


def test_approved_event_stops_a_node_that_nobody_misses(lab: Any) -> None:
    cluster = cloud(lab)
    announce(cluster, type="Redeploy")
    entries = len(cluster.world.ledger.entries)
    approve(cluster)
    cluster.advance(400)
    cluster.world.settle()
    assert status(cluster) == "Started"
    assert find_node(cluster.world, "ndo-01")["sim"]["boots"] == 2
    assert len(cluster.world.ledger.entries) == entries and cluster.world.ledger.verdict()["outages"] == 0
