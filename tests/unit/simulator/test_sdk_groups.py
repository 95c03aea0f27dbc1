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
    """Volumes with LUNs that hosts write to; time runs fast, but the longest fence outlasts a machine that is busy."""
    with Simulator("groups", clock=ScaledClock(20)) as simulator:
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
    one.post(hydrate=True, action="start", action_timeout=120, **QUICK)
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


def patched(owner: Any, **change: Any) -> None:
    """A PATCH of nothing but this."""
    one = sdk.ConsistencyGroup(uuid=owner.uuid)
    for key, value in change.items():
        setattr(one, key, value)
    one.patch(**QUICK)


def act(name: str, action: str | None = None, new: str | None = None, **more: Any) -> dict[str, Any]:
    """A child, as the examples name it."""
    options = {key: value for key, value in {"action": action, "name": new}.items() if value}
    return {"name": name, **({"provisioning_options": options} if options else {}), **more}


def children(owner: Any) -> dict[str, list[str]]:
    """The children of a group with their volumes."""
    owner.get(fields="consistency_groups.name,consistency_groups.volumes.name")
    return {one.name: [volume.name for volume in one.volumes] for one in getattr(owner, "consistency_groups", ())}


def test_the_examples_of_new_volumes(simulator: Simulator) -> None:
    found = group("vol1")
    patched(found, volumes=[{"name": "new_vol_", "provisioning_options": {"count": "2"}, "space": {"size": "1gb"}}])
    patched(found, volumes=[{"name": "existing_vol", "provisioning_options": {"action": "create"}, "space": {"size": "500MB"}}])
    patched(found, volumes=[{"name": "existing_vol", "provisioning_options": {"action": "remove"}}])
    luns = {"name": "/vol/vol1/new_luns", "provisioning_options": {"count": 2, "action": "create"}, "space": {"size": "100mb"}}
    maps = [{"igroup": {"name": "igroup2", "initiators": [{"name": "iqn.1994-05.com.example:sdk"}]}}]
    patched(found, luns=[{**luns, "os_type": "linux", "lun_maps": maps}])
    found.get(fields="**")
    assert [one.name for one in found.volumes] == ["vol1", "new_vol__1", "new_vol__2"]
    assert {lun.name for lun in found.luns} > {"/vol/vol1/new_luns_1", "/vol/vol1/new_luns_2"}


def test_the_examples_of_geometry(simulator: Simulator) -> None:
    parent = group("vol1")
    patched(parent, provisioning_options={"action": "promote"}, consistency_groups=[act("cg_child1", "create")])
    volumes = [{"name": "child5_vol_1", "space": {"size": "100mb"}}]
    patched(parent, consistency_groups=[act("cg_child5", "create", volumes=volumes)])
    assert children(parent) == {"cg_child1": ["vol1"], "cg_child5": ["child5_vol_1"]}
    patched(parent, consistency_groups=[act("cg_child5", volumes=[{"name": "vol2", **ADD}])])
    moved = {"name": "child5_vol_1", "provisioning_options": {"action": "reassign"}}
    patched(parent, consistency_groups=[act("cg_child1", volumes=[moved]), act("cg_child5")])
    assert children(parent) == {"cg_child1": ["vol1", "child5_vol_1"], "cg_child5": ["vol2"]}
    patched(parent, consistency_groups=[act("cg_child5", "remove", "new_single_cg")])
    second = group(name="cg_parent2", consistency_groups=[act("new_single_cg", "add"), act("of_others", "add", "adopted")])
    assert set(children(second)) == {"new_single_cg", "adopted"}
    patched(parent, provisioning_options={"action": "demote"})
    parent.get(fields="volumes,consistency_groups")
    assert [one.name for one in parent.volumes] == ["vol1", "child5_vol_1"] and not hasattr(parent, "consistency_groups")


def test_the_example_of_a_clone_of_the_current_contents(simulator: Simulator) -> None:
    owner = group("vol1", "vol2")
    clone = {"volume": {"prefix": "my_", "suffix": "_sfx"}, "split_initiated": True, "guarantee": {"type": "none"}}
    made = group(name="clone01", clone={**clone, "parent_consistency_group": {"name": "app", "uuid": owner.uuid}})
    made.get(fields="**")
    assert [one.name for one in made.volumes] == ["my_vol1_sfx", "my_vol2_sfx"] and made.clone.split_initiated


def test_snapshots_are_counted_found_and_deleted_together(simulator: Simulator) -> None:
    owner = group("vol1", "vol2")
    simulator.world.settings["fence_job"] = 1
    two = snapshot(owner, "two")
    two.post(action="start", action_timeout=120, **QUICK)
    started = sdk.ConsistencyGroupSnapshot.find(owner.uuid, name="two")
    sdk.ConsistencyGroupSnapshot(owner.uuid, uuid=started.uuid).patch(action="commit", **QUICK)
    snapshot(owner, "one", write_fence=False).post(**QUICK)
    assert sdk.ConsistencyGroupSnapshot.count_collection(owner.uuid) == 2
    found = {one.name: one for one in sdk.ConsistencyGroupSnapshot.get_collection("*", fields="*")}
    assert found["two"].write_fence and not found["one"].write_fence and found["one"].consistency_group.name == "app"
    sdk.ConsistencyGroupSnapshot.delete_collection(owner.uuid, name="one|two", **QUICK)
    assert sdk.ConsistencyGroupSnapshot.count_collection(owner.uuid) == 0
