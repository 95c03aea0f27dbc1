# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, with policies, portsets and block services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

# The SDK needs Python 3.10.
netapp_ontap = pytest.importorskip("netapp_ontap")
sdk = pytest.importorskip("netapp_ontap.resources")

QUICK = {"poll_interval": 0.01, "poll_timeout": 20}
RULE = {"clients": [{"match": "10.0.0.0/8"}], "ro_rule": ["sys"], "rw_rule": ["sys"]}


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Two SVMs with block protocols, whose time runs two hundred times as fast, and which the SDK is connected to."""
    with Simulator("san", clock=ScaledClock(200)) as simulator:
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with netapp_ontap.HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


@pytest.mark.parametrize(
    "kind",
    [
        sdk.Portset,
        sdk.IscsiService,
        sdk.IscsiSession,
        sdk.IscsiCredentials,
        sdk.FcpService,
        sdk.FcInterface,
        sdk.FcLogin,
        sdk.FcPort,
        sdk.QosPolicy,
        sdk.ExportPolicy,
        sdk.SnapshotPolicy,
        sdk.SnapmirrorRelationship,
    ],
    ids=lambda kind: kind.__name__,
)
def test_every_family_is_understood_in_full(simulator: Simulator, kind: Any) -> None:
    sdk.QosPolicy.from_dict({"name": "gold", "svm": {"name": "san1"}, "fixed": {"max_throughput_iops": 100}}).post(**QUICK)
    sdk.Portset.from_dict({"name": "ps1", "svm": {"name": "san1"}, "interfaces": [{"ip": {"name": "san1_iscsi1a"}}]}).post()
    end = {"svm": {"name": "san1"}, "cluster": {"name": "ndo"}}
    mirror = {"source": {**end, "path": "san1:vol1"}, "destination": {**end, "path": "san1:vol2"}, "state": "snapmirrored"}
    simulator.world.store.insert("snapmirror_relationships", mirror)
    found = list(kind.get_collection(fields="**"))
    assert found
    for one in found:
        assert one.to_dict()
    if kind is not sdk.IscsiSession:
        # The SDK looks for the portal group under a name that its own record does not have.
        found[0].get()


def test_a_qos_policy_lives(simulator: Simulator) -> None:
    policy = sdk.QosPolicy.from_dict({"name": "gold", "svm": {"name": "san1"}, "fixed": {"max_throughput_iops": 100}})
    policy.post(hydrate=True, **QUICK)
    assert policy.uuid and policy.fixed.capacity_shared is False and policy.object_count == 0
    policy.fixed = {"max_throughput_iops": 200, "min_throughput_iops": 10}
    policy.patch(hydrate=True, **QUICK)
    assert (policy.fixed.max_throughput_iops, policy.fixed.min_throughput_iops) == (200, 10)
    policy.delete(**QUICK)
    assert sdk.QosPolicy.find(name="gold") is None


def test_qos_policies_are_made_and_removed_many_at_a_time(simulator: Simulator) -> None:
    bodies = [{"name": name, "svm": {"name": "san1"}, "fixed": {"max_throughput_iops": 100}} for name in ("q1", "q2")]
    sdk.QosPolicy.post_collection([sdk.QosPolicy.from_dict(body) for body in bodies], **QUICK)
    assert sdk.QosPolicy.count_collection(name="q*") == 2
    sdk.QosPolicy.delete_collection(name="q1|q2", **QUICK)
    assert sdk.QosPolicy.count_collection(name="q*") == 0


def test_an_export_policy_and_its_rules_live(simulator: Simulator) -> None:
    policy = sdk.ExportPolicy.from_dict({"name": "web", "svm": {"name": "san1"}, "rules": [RULE]})
    policy.post(hydrate=True)
    assert policy.id and policy.rules[0].index == 1
    rule = sdk.ExportRule(policy.id)
    rule.clients = [{"match": "host2"}]
    rule.ro_rule, rule.rw_rule = ["sys"], ["never"]
    rule.post(hydrate=True)
    assert rule.index == 2 and rule.policy.name == "web"
    rule.rw_rule = ["any"]
    rule.patch(hydrate=True, new_index=1)
    assert [one.clients[0].match for one in sdk.ExportRule.get_collection(policy.id, fields="clients")] == ["host2", "10.0.0.0/8"]
    sdk.ExportRule(policy.id, index=2).delete()
    assert len(list(sdk.ExportRule.get_collection(policy.id))) == 1
    policy.delete()
    assert sdk.ExportPolicy.find(name="web") is None


def test_a_snapshot_policy_and_its_schedules_live(simulator: Simulator) -> None:
    body = {"name": "mine", "svm": {"name": "san1"}, "copies": [{"schedule": {"name": "daily"}, "count": 5}]}
    policy = sdk.SnapshotPolicy.from_dict(body)
    policy.post(hydrate=True)
    assert policy.enabled is True and policy.copies[0].prefix == "daily"
    schedule = sdk.SnapshotPolicySchedule(policy.uuid)
    schedule.schedule, schedule.count = {"name": "hourly"}, 3
    schedule.post(hydrate=True)
    assert schedule.schedule.uuid and schedule.prefix == "hourly"
    schedule.count = 4
    schedule.patch()
    policy.comment = "c"
    policy.patch(hydrate=True)
    assert policy.comment == "c" and sorted(one.count for one in policy.copies) == [4, 5]
    policy.delete()
    assert sdk.SnapshotPolicy.count_collection() == 3


def test_a_portset_and_its_interfaces_live(simulator: Simulator) -> None:
    portset = sdk.Portset.from_dict({"name": "ps1", "svm": {"name": "san1"}})
    portset.post(hydrate=True)
    interface = sdk.PortsetInterface(portset.uuid)
    interface.ip = {"name": "san1_iscsi1a"}
    interface.post(hydrate=True)
    assert interface.ip.ip.address and interface.uuid
    more = [sdk.PortsetInterface.from_dict({"fc": {"name": name}}) for name in ("san1_fc1a", "san1_fc2a")]
    for one in more:
        one.portset = {"uuid": portset.uuid}
    sdk.PortsetInterface.post_collection(more, portset.uuid)
    assert len(list(sdk.PortsetInterface.get_collection(portset.uuid))) == 3
    interface.delete()
    assert len(list(sdk.PortsetInterface.get_collection(portset.uuid))) == 2
    portset.delete(allow_delete_while_bound=True)
    assert sdk.Portset.count_collection() == 0


def test_an_iscsi_service_lives(simulator: Simulator) -> None:
    sdk.Svm.from_dict({"name": "fresh"}).post(**QUICK)
    service = sdk.IscsiService.from_dict({"svm": {"name": "fresh"}})
    service.post(hydrate=True)
    assert service.enabled is True and service.target.alias == "fresh" and service.target.name.startswith("iqn.1992-08.com.netapp:sn.")
    service.enabled = False
    service.patch(hydrate=True)
    assert service.enabled is False
    service.delete()
    assert sdk.IscsiService.count_collection() == 2


def test_sessions_and_logins_are_found(simulator: Simulator) -> None:
    sessions = list(sdk.IscsiSession.get_collection(tpgroup="san1_iscsi1a", fields="initiator,connections"))
    assert [one.initiator.name for one in sessions] == ["iqn.1994-05.com.example:san1-host1"]
    login = next(iter(sdk.FcLogin.get_collection(**{"interface.name": "san1_fc1a"})))
    login.get()
    assert login.initiator.wwpn == "21:00:00:24:ff:00:00:01" and login.protocol == "fcp"
