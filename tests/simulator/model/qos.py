# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""/storage/qos/policies: fixed and adaptive policies of SVMs, by way of short jobs (source: 201 or 202, 200 or 202).

Source: API reference and the SDK's description, qos_policy: fields, defaults, what a DELETE does (it takes the policy away from
the volumes and LUNs that have it), codes. Which code means which rule, and their HTTP status, are choices.
Not simulated: any effect on traffic, bursts, throughput as text, policies of the cluster (presets).
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from . import jobs
from .family import Family, Outcome, value_at
from .references import only, pick_svm, ref, rename
from .refusal import Refusal
from .world import World, handler

FIXED = ("max_throughput_iops", "max_throughput_mbps", "min_throughput_iops", "min_throughput_mbps")
ADAPTIVE = ("absolute_min_iops", "block_size", "expected_iops", "expected_iops_allocation", "peak_iops", "peak_iops_allocation")
CHANGEABLE = frozenset({"name", *(f"fixed.{name}" for name in FIXED), *(f"adaptive.{name}" for name in ADAPTIVE)})
CREATABLE = CHANGEABLE | {"svm", "fixed.capacity_shared"}
DEFAULTS: dict[str, Row] = {
    # Source for capacity_shared: SDK description. Choice: the others, after the CLI manual.
    "fixed": {"capacity_shared": False},
    "adaptive": {"block_size": "any", "expected_iops_allocation": "allocated_space", "peak_iops_allocation": "used_space"},
}
NAMED_BY_POLICY = ("qos_policies", "volumes", "luns", "consistency_groups")
HOLDERS = (("volumes", "qos.policy"), ("luns", "qos_policy"))
FIRST_GROUP = 20000


def job_seconds(world: World) -> float:
    """How long the jobs of policies run: the setting qos_job."""
    return float(world.settings.get("qos_job", 1))


def holders(world: World, policy: str) -> list[tuple[Row, str]]:
    """The volumes and LUNs that have the policy, each with the name of the field that refers to it."""
    return [
        (row, field)
        for table, field in HOLDERS
        for row in world.store.table(table).values()
        if (value_at(row, field) or {}).get("uuid") == policy
    ]


def check_name(world: World, svm: str, name: str) -> None:
    """Refuse a name that another policy of the SVM has."""
    if any(row["svm"]["uuid"] == svm for row in world.store.each("qos_policies", name=name)):
        raise Refusal(409, "8454154", f'A QoS policy with the name "{name}" exists already.', "name")


def check_limits(row: Row) -> None:
    """Refuse a policy that is neither or both of its kinds, or whose limits contradict each other."""
    fixed, adaptive = row.get("fixed"), row.get("adaptive")
    if bool(fixed) == bool(adaptive):
        raise Refusal(400, "8454260", "A QoS policy is either fixed or adaptive.", "fixed")
    for unit in ("iops", "mbps"):
        low, high = ((fixed or {}).get(f"{end}_throughput_{unit}", 0) for end in ("min", "max"))
        if high and low > high:
            raise Refusal(400, "8454194", f"The minimum of {low} {unit} is above the maximum of {high}.", "fixed")
    if adaptive:
        missing = [name for name in ("expected_iops", "peak_iops") if not adaptive.get(name)]
        if missing:
            raise Refusal(400, "8454273", f"An adaptive policy needs {missing[0]}.", f"adaptive.{missing[0]}")
        if adaptive["expected_iops"] > adaptive["peak_iops"]:
            raise Refusal(400, "8454274", "adaptive.expected_iops is above adaptive.peak_iops.", "adaptive.expected_iops")


@handler
def create(world: World, row: Row) -> None:
    """The job of a POST ends."""
    check_name(world, row["svm"]["uuid"], row["name"])
    numbers = (one["pgid"] for one in world.store.table("qos_policies").values())
    world.store.insert("qos_policies", dict(row, pgid=max(numbers, default=FIRST_GROUP) + 1))


@handler
def change(world: World, policy: str, body: Row) -> None:
    """The job of a PATCH ends: the new name shows wherever the policy does."""
    row = world.store.table("qos_policies").get(policy)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    if body.get("name", row["name"]) != row["name"]:
        check_name(world, row["svm"]["uuid"], body["name"])
        rename(world, NAMED_BY_POLICY, policy, body["name"])
    row.update(changed(row, body))


@handler
def remove(world: World, policy: str) -> None:
    """The job of a DELETE ends: nothing has the policy any more."""
    if policy not in world.store.table("qos_policies"):
        raise Refusal(404, "4", "entry doesn't exist")
    for row, field in holders(world, policy):
        above, _dot, last = field.rpartition(".")
        (row[above] if above else row).pop(last)
    world.store.remove("qos_policies", policy)


def changed(row: Row, body: Row) -> Row:
    """What a body makes of the limits of a policy."""
    found = {kind: {**row.get(kind, {}), **body[kind]} for kind in ("fixed", "adaptive") if body.get(kind)}
    check_limits({**row, **found})
    return found


class QosPolicies(Family):
    """/storage/qos/policies: GET, POST, PATCH, DELETE."""

    path = "/storage/qos/policies"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every policy, with the number of objects that have it."""
        counts: dict[str, int] = {}
        for table, field in HOLDERS:
            for row in world.store.table(table).values():
                uuid = (value_at(row, field) or {}).get("uuid", "")
                counts[uuid] = counts.get(uuid, 0) + 1
        return [dict(row, object_count=counts.get(key, 0)) for key, row in world.store.table("qos_policies").items()]

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One policy by its uuid."""
        row = world.store.table("qos_policies").get(keys["uuid"])
        return dict(row, object_count=len(holders(world, keys["uuid"]))) if row else None

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Start the job that makes a policy."""
        only(body, CREATABLE, "a QoS policy")
        svm = pick_svm(world, body)
        if not body.get("name"):
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        check_name(world, svm["uuid"], body["name"])
        limits = {kind: {**DEFAULTS[kind], **body[kind]} for kind in DEFAULTS if body.get(kind)}
        check_limits(limits)
        row = {"uuid": world.store.uuid(), "name": body["name"], "svm": ref(svm), "policy_class": "user_defined", "scope": "svm", **limits}
        job = jobs.start(world, f"POST /api{self.path}/{row['uuid']}", job_seconds(world), "qos.create", row=row)
        return Outcome(key=row["uuid"], job=job)

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Start the job that changes a policy."""
        only(body, CHANGEABLE, "a QoS policy")
        if body.get("name", record["name"]) != record["name"]:
            check_name(world, record["svm"]["uuid"], body["name"])
        changed(record, body)
        uuid = record["uuid"]
        return Outcome(job=jobs.start(world, f"PATCH /api{self.path}/{uuid}", job_seconds(world), "qos.change", policy=uuid, body=body))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that removes a policy."""
        uuid = record["uuid"]
        return Outcome(job=jobs.start(world, f"DELETE /api{self.path}/{uuid}", job_seconds(world), "qos.remove", policy=uuid))
