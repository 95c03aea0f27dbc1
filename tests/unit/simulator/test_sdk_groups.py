# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's Python SDK, unmodified, with consistency groups and their snapshots over TLS."""

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
ADD = {"provisioning_options": {"action": "add"}}


@pytest.fixture(name="simulator")
def _simulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Volumes with LUNs that hosts write to; time runs a hundred times as fast."""
    with Simulator("groups", clock=ScaledClock(100)) as simulator:
        # requests lets this variable override the certificate authority that the SDK is given.
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_path))
        with HostConnection(simulator.host, *simulator.auth, verify=simulator.ca_path, port=simulator.port):
            yield simulator


def group(*volumes: str, name: str = "app", **more: Any) -> Any:
    """A group that was made of existing volumes."""
    body = {"svm": {"name": "san1"}, "name": name, **more}
    if volumes:
        body["volumes"] = [{"name": one, **ADD} for one in volumes]
    found = sdk.ConsistencyGroup.from_dict(body)
    found.post(hydrate=True, **QUICK)
    return found


def snapshot(owner: Any, name: str = "s1", **more: Any) -> Any:
    """A snapshot of a group that is not there yet."""
    found = sdk.ConsistencyGroupSnapshot(owner.uuid)
    found.name = name
    for key, value in more.items():
        setattr(found, key, value)
    return found


def refused(act: Any, **options: Any) -> str:
    """The code with which a call is refused."""
    with pytest.raises(NetAppRestError) as caught:
        act(**options)
    return str(caught.value.response_body["error"]["code"])


def test_groups_are_understood_in_full(simulator: Simulator) -> None:
    group("vol1", "vol2")
    children = [{"name": "data", "volumes": [{"name": "vol3", **ADD}]}, {"name": "logs", "volumes": [{"name": "vol4", **ADD}]}]
    group(name="nested", consistency_groups=children)
    found = {one.name: one for one in sdk.ConsistencyGroup.get_collection(fields="**", max_records=2)}
    assert set(found) == {"app", "nested", "data", "logs", "of_others"}
    assert [one.name for one in found["app"].volumes] == ["vol1", "vol2"] and found["app"].luns[0].lun_maps[0].igroup.name == "db1"
    assert [one.name for one in found["nested"].consistency_groups] == ["data", "logs"]
    for one in found.values():
        assert one.to_dict()
        one.get(fields="**")


def test_a_group_is_made_changed_and_deleted(simulator: Simulator) -> None:
    found = group("vol1")
    found.volumes = [{"name": "vol2", **ADD}]
    found.patch(hydrate=True, **QUICK)
    found.get(fields="volumes")
    assert [one.name for one in found.volumes] == ["vol1", "vol2"]
    change = sdk.ConsistencyGroup(uuid=found.uuid)
    change.luns = [{"name": "/vol/vol1/new", "provisioning_options": {"action": "create"}, "space": {"size": GIB}, "os_type": "linux"}]
    change.patch(**QUICK)
    change = sdk.ConsistencyGroup(uuid=found.uuid)
    change.provisioning_options = {"action": "promote"}
    change.consistency_groups = [{"name": "inner", "provisioning_options": {"action": "create"}}]
    change.patch(**QUICK)
    assert sdk.ConsistencyGroup.find(name="inner").uuid
    found.delete(**QUICK)
    assert refused(found.get) == "4"


def test_a_new_group_with_luns_as_in_the_example(simulator: Simulator) -> None:
    maps = [{"igroup": {"name": "igroup1", "initiators": [{"name": "iqn.1994-05.com.example:sdk"}]}}]
    found = group(name="solo", luns=[{"name": "/vol/solo/lun1", "space": {"size": "100mb"}, "os_type": "linux", "lun_maps": maps}])
    found.get(fields="**")
    assert found.luns[0].space.size == 104857600 and found.luns[0].lun_maps[0].igroup.name == "igroup1"


def test_a_snapshot_in_one_step_and_its_restore(simulator: Simulator) -> None:
    owner = group("vol1", "vol2")
    one = snapshot(owner, comment="by hand", consistency_type="application", snapmirror_label="daily")
    one.post(hydrate=True, **QUICK)
    assert one.comment == "by hand" and [part.volume.name for part in one.snapshot_volumes] == ["vol1", "vol2"]
    one.get(fields="is_partial,missing_volumes")
    assert one.is_partial is False
    owner.restore_to = {"snapshot": {"uuid": one.uuid}}
    change = sdk.ConsistencyGroup(uuid=owner.uuid)
    change.restore_to = {"snapshot": {"uuid": one.uuid}}
    change.patch(**QUICK)
    one.delete(**QUICK)
    assert not list(sdk.ConsistencyGroupSnapshot.get_collection(owner.uuid))


def test_a_snapshot_in_two_phases(simulator: Simulator) -> None:
    owner = group("vol1", "vol2")
    one = snapshot(owner)
    one.post(hydrate=True, action="start", action_timeout=100, **QUICK)
    assert one.uuid and len(simulator.world.store.table("fences")) == 2
    sdk.ConsistencyGroupSnapshot(owner.uuid, uuid=one.uuid).patch(hydrate=True, action="commit")
    assert not simulator.world.store.table("fences")
    late = snapshot(owner, "s2")
    late.post(action="start", action_timeout=5, **QUICK)
    simulator.advance(10)
    found = sdk.ConsistencyGroupSnapshot(owner.uuid, uuid=one.uuid)
    assert refused(found.patch, action="commit") == "53411925"
    assert [each.name for each in sdk.ConsistencyGroupSnapshot.get_collection("*")] == ["s1"]


def test_a_clone_and_its_split(simulator: Simulator) -> None:
    owner = group("vol1", "vol2")
    one = snapshot(owner)
    one.post(hydrate=True, **QUICK)
    clone = {
        "volume": {"prefix": "p_", "suffix": "_s"},
        "parent_consistency_group": {"name": "app", "uuid": owner.uuid},
        "parent_snapshot": {"name": "s1"},
        "guarantee": {"type": "none"},
    }
    made = group(name="copy", clone=clone)
    made.get(fields="**")
    assert [volume.name for volume in made.volumes] == ["p_vol1_s", "p_vol2_s"] and made.clone.is_flexclone
    change = sdk.ConsistencyGroup(uuid=made.uuid)
    change.clone = {"split_initiated": True}
    change.patch(**QUICK)
    simulator.advance(120)
    made.get(fields="clone")
    assert made.clone.is_flexclone is False


def test_what_is_refused_says_why(simulator: Simulator) -> None:
    with pytest.raises(NetAppRestError) as caught:
        group("other")
    assert caught.value.response_body["error"]["code"] == "53411865" and "of_others" in str(caught.value)
