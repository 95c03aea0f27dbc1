# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, with the SAN families over TLS: LUNs, attributes, igroups and their members, maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator

# The SDK needs Python 3.10.
netapp_ontap = pytest.importorskip("netapp_ontap")
sdk = pytest.importorskip("netapp_ontap.resources")
HostConnection, NetAppRestError = netapp_ontap.HostConnection, netapp_ontap.NetAppRestError

QUICK = {"poll_interval": 0.01, "poll_timeout": 20}
GIB = 1024**3
IQN = "iqn.1994-05.com.example:"


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Two SVMs with the same names of everything; time runs two hundred times as fast."""
    with Simulator("san", clock=ScaledClock(200)) as simulator:
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


def new_lun(name: str = "/vol/vol1/sdk", **more: Any) -> Any:
    """A LUN that is not there yet."""
    return sdk.Lun.from_dict({"svm": {"name": "san1"}, "name": name, "os_type": "linux", "space": {"size": GIB}, **more})


def new_igroup(name: str = "sdk", **more: Any) -> Any:
    """An igroup that is not there yet."""
    return sdk.Igroup.from_dict({"svm": {"name": "san1"}, "name": name, "os_type": "linux", **more})


def refused(act: Any) -> str:
    """The code with which a call is refused."""
    with pytest.raises(NetAppRestError) as caught:
        act()
    return str(caught.value.response_body["error"]["code"])


@pytest.mark.parametrize("kind", ["Lun", "Igroup", "LunMap"])
def test_every_family_is_understood_in_full(simulator: Simulator, kind: str) -> None:
    found = list(getattr(sdk, kind).get_collection(fields="**", max_records=2))
    assert len(found) > 2
    for one in found:
        assert one.to_dict()
        one.get()


def test_a_lun_is_created_changed_and_deleted(simulator: Simulator) -> None:
    lun = new_lun()
    lun.post(hydrate=True, **QUICK)
    assert lun.serial_number and lun.space.size == GIB and lun.status.state == "online" and lun.location.volume.name == "vol1"
    lun.comment = "finance"
    lun.space.size = 2 * GIB
    lun.enabled = False
    lun.patch(hydrate=True, **QUICK)
    assert (lun.comment, lun.space.size, lun.status.state) == ("finance", 2 * GIB, "offline")
    lun.name = "/vol/vol1/renamed"
    lun.patch(hydrate=True)
    assert lun.location.logical_unit == "renamed"
    lun.delete(**QUICK)
    assert refused(lun.get) == "5374875"


def test_a_lun_is_found_by_name_and_svm(simulator: Simulator) -> None:
    found = [sdk.Lun.find(name='"/vol/vol1/lun*"', **{"svm.name": svm}) for svm in ("san1", "san2")]
    assert len({one.uuid for one in found}) == 2 and {one.name for one in found} == {"/vol/vol1/lun*"}
    assert sdk.Lun.find(name="/vol/vol1/nobody") is None


def test_a_lun_that_is_refused_says_why(simulator: Simulator) -> None:
    assert refused(new_lun("/vol/vol1/lun1").post) == "5374242"
    lun = sdk.Lun.find(name="/vol/vol1/lun1", **{"svm.name": "san1"})
    assert refused(lun.delete) == "1254197"
    lun.space.size = GIB
    assert refused(lun.patch) == "5374892"


def test_a_clone_is_made_and_a_lun_overwritten(simulator: Simulator) -> None:
    clone = sdk.Lun.from_dict({"svm": {"name": "san1"}, "name": "/vol/vol1/clone", "clone": {"source": {"name": "/vol/vol1/lun1"}}})
    clone.post(hydrate=True, **QUICK)
    assert clone.space.size == 100 * GIB and clone.space.scsi_thin_provisioning_support_enabled is False
    target = sdk.Lun.find(name="/vol/vol1/LUN1", **{"svm.name": "san1"})
    serial = target.serial_number
    target.clone = {"source": {"uuid": clone.uuid}}
    target.patch(hydrate=True)
    assert (target.serial_number, target.space.size) == (serial, 100 * GIB)


def test_attributes_come_and_go(simulator: Simulator) -> None:
    lun = new_lun(attributes=[{"name": "a", "value": "1"}])
    lun.post(hydrate=True, **QUICK)
    attribute = sdk.LunAttribute(lun.uuid, name="b", value="2")
    attribute.post(hydrate=True)
    attribute.value = "3"
    attribute.patch()
    assert {one.name: one.value for one in sdk.LunAttribute.get_collection(lun.uuid, fields="*")} == {"a": "1", "b": "3"}
    attribute.delete()
    assert [one.name for one in sdk.LunAttribute.get_collection(lun.uuid)] == ["a"]


def test_an_igroup_is_created_changed_and_deleted(simulator: Simulator) -> None:
    igroup = new_igroup(protocol="iscsi", initiators=[{"name": IQN + "a", "comment": "port 1"}])
    igroup.post(hydrate=True)
    assert igroup.uuid and igroup.initiators[0].comment == "port 1"
    igroup.comment = "mine"
    igroup.os_type = "vmware"
    igroup.patch(hydrate=True)
    assert (igroup.comment, igroup.os_type) == ("mine", "vmware")
    igroup.name = "renamed"
    igroup.patch()
    assert sdk.Igroup.find(name="renamed").uuid == igroup.uuid
    igroup.delete()
    assert sdk.Igroup.find(name="renamed") is None


def test_initiators_are_added_one_by_one_and_many_at_a_time(simulator: Simulator) -> None:
    igroup = new_igroup()
    igroup.post(hydrate=True)
    one = sdk.IgroupInitiator(igroup.uuid)
    one.name = IQN + "a"
    one.post(hydrate=True)
    assert one.igroup.uuid == igroup.uuid
    more = [sdk.IgroupInitiator(igroup.uuid, name=IQN + letter) for letter in "bc"]
    sdk.IgroupInitiator.post_collection(more, igroup.uuid)
    found = list(sdk.IgroupInitiator.get_collection(igroup.uuid, fields="comment"))
    assert [initiator.name for initiator in found] == [IQN + letter for letter in "abc"]
    found[0].comment = "first"
    found[0].patch()
    assert sdk.IgroupInitiator.find(igroup.uuid, name=IQN + "a").comment == "first"
    found[0].delete()
    assert refused(found[0].get) == "5374034"


def test_igroups_nest(simulator: Simulator) -> None:
    top = new_igroup("top", igroups=[{"name": "ig1"}])
    top.post(hydrate=True)
    child = sdk.IgroupNested(top.uuid)
    child.name = "ig1.a:b-c_d"
    child.post(hydrate=True)
    assert {one.name for one in sdk.IgroupNested.get_collection(top.uuid)} == {"ig1", "ig1.a:b-c_d"}
    child.delete()
    top.get(fields="igroups,initiators")
    assert [one.name for one in top.igroups] == ["ig1"] and top.initiators[0].igroup.name == "ig1"


def test_a_lun_is_mapped_and_unmapped(simulator: Simulator) -> None:
    about = {"svm": {"name": "san1"}, "lun": {"name": "/vol/vol1/LUN1"}, "igroup": {"name": "ig1"}}
    lun_map = sdk.LunMap.from_dict(about)
    lun_map.post(hydrate=True)
    assert lun_map.logical_unit_number == 0 and {node.name for node in lun_map.reporting_nodes} == {"ndo-01", "ndo-02"}
    assert refused(sdk.LunMap.from_dict(about).post) == "1254207"
    lun = sdk.Lun(uuid=lun_map.lun.uuid)
    lun.get(fields="lun_maps,status")
    assert lun.status.mapped and lun.lun_maps[0].igroup.name == "ig1"
    lun_map.delete()
    assert refused(lun_map.get) == "5374922"


def test_a_map_is_made_with_its_record_in_the_answer(simulator: Simulator) -> None:
    about = {"svm": {"name": "san1"}, "lun": {"name": "/vol/vol1/LUN1"}, "igroup": {"name": "ig1"}, "logical_unit_number": 7}
    response = sdk.LunMap.from_dict(about).post(return_records=True)
    assert response.http_response.json()["records"][0]["logical_unit_number"] == 7


def test_reporting_nodes_come_and_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator("two_pairs", clock=ScaledClock(200)) as simulator:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            lun_map = next(iter(sdk.LunMap.get_collection(**{"lun.name": "/vol/san1_vol1a/lun0"})))
            node = sdk.LunMapReportingNode(lun_map.lun.uuid, lun_map.igroup.uuid)
            node.name = "ndo-03"
            node.post(hydrate=True)
            names = [one.name for one in sdk.LunMapReportingNode.get_collection(lun_map.lun.uuid, lun_map.igroup.uuid)]
            assert sorted(names) == ["ndo-01", "ndo-02", "ndo-03", "ndo-04"]
            node.delete()
            lun_map.get()
            assert sorted(one.name for one in lun_map.reporting_nodes) == ["ndo-01", "ndo-02"]


def test_the_cli_makes_a_lun_smaller(simulator: Simulator) -> None:
    body = {"vserver": "san1", "path": "/vol/vol1/lun1", "size": "50GB"}
    assert refused(lambda: sdk.CLI().execute("lun resize", body=body)) == "5374892"
    sdk.CLI().execute("lun resize", body={**body, "force": True})
    shown = sdk.CLI().execute("lun show", fields="size", vserver="san1", path="/vol/vol1/lun1").http_response.json()
    assert shown["records"] == [{"vserver": "san1", "path": "/vol/vol1/lun1", "size": 50 * GIB}]
