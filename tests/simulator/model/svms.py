# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage virtual machines: /svm/svms, and the list of vservers in the private CLI.

Source: API reference, svm: fields and codes. HTTP status of the codes, and how long the jobs run, are choices.
Not simulated: stopping an SVM, protocols and services in the body of a POST, root volumes, limits.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..store import Row
from . import block_services, export_policies, jobs
from .clusters import cluster
from .family import CliCommand, Family, Outcome
from .references import only, rename
from .refusal import Refusal
from .world import World, handler

SETTABLE = frozenset({"name", "comment", "language", "snapshot_policy.name", "max_volumes"})
NAMED_BY_SVM: tuple[str, ...] = ("svms", "volumes", "interfaces", "shares", "cifs_sessions", "nfs_clients", "san_hosts")
NAMED_BY_SVM += ("luns", "igroups", "lun_maps", "portsets", "fc_interfaces", "iscsi_services", "fcp_services", "snapshots")
NAMED_BY_SVM += ("recovery_queue", "qos_policies", "export_policies", "snapshot_policies", "snapmirror_relationships", "svm_peers")
NAMED_BY_SVM += ("consistency_groups", "consistency_snapshots")
GO_WITH_SVM: tuple[str, ...] = ("export_policies", "snapshot_policies", "qos_policies", "portsets", "igroups", "iscsi_services")
GO_WITH_SVM += ("fcp_services", "consistency_groups")
"""What is deleted with its SVM. Source: API reference for the default export policy; the rest is a choice."""

JOB_SECONDS = 2.0


def check_name(world: World, name: str) -> None:
    """Refuse a name that is taken or too long."""
    if len(name) > 47:
        raise Refusal(400, "13434911", f'The SVM name "{name}" is longer than 47 characters.', "name")
    if world.store.find("svms", name=name):
        raise Refusal(409, "13434908", f'The SVM name "{name}" is already in use.', "name")


@handler
def create(world: World, body: Row) -> None:
    """The job of a POST ends: the SVM is there."""
    check_name(world, body["name"])
    protocols = {name: {"allowed": True, "enabled": False} for name in ("nfs", "cifs", "iscsi", "fcp", "nvme")}
    row = {"state": "running", "subtype": "default", "language": "c.utf_8", "comment": "", "aggregates": [], **protocols}
    ipspace = next(iter(world.store.table("ipspaces").values()), {"name": "Default"})
    row.update(ipspace={key: ipspace[key] for key in ("name", "uuid") if key in ipspace}, snapshot_policy={"name": "default"})
    export_policies.establish(world, world.store.insert("svms", dict(row, **body)))


@handler
def change(world: World, svm: str, body: Row) -> None:
    """The job of a PATCH ends."""
    row = world.store.table("svms").get(svm)
    if row is None:
        raise Refusal(404, "4", "entry doesn't exist")
    if body.get("name", row["name"]) != row["name"]:
        check_name(world, body["name"])
        rename(world, NAMED_BY_SVM, svm, body["name"])
    row.update(body)


@handler
def remove(world: World, svm: str) -> None:
    """The job of a DELETE ends."""
    world.store.table("svms").pop(svm, None)
    for table in GO_WITH_SVM:
        for key, row in list(world.store.table(table).items()):
            if row.get("svm", {}).get("uuid") == svm:
                world.store.remove(table, key)


class Svms(Family):
    """/svm/svms: the data SVMs (source: API reference: admin and node SVMs are not listed)."""

    path = "/svm/svms"

    def rows(self, world: World, parents: dict[str, str]) -> Iterable[Row]:
        """Every SVM."""
        queued: dict[str, int] = {}
        for row in world.store.table("recovery_queue").values():
            queued[row["svm"]["uuid"]] = queued.get(row["svm"]["uuid"], 0) + 1
        return [self._view(world, row, queued.get(key, 0)) for key, row in world.store.table("svms").items()]

    @staticmethod
    def _view(world: World, row: Row, queued: int) -> Row:
        """The record of an SVM: whether block protocols are enabled is what their services say."""
        view = dict(row, number_of_volumes_in_recovery_queue=queued)
        for protocol in block_services.TABLES:
            view[protocol] = {**row.get(protocol, {}), "enabled": block_services.enabled(world, row["uuid"], protocol)}
        return view

    def find(self, world: World, keys: dict[str, str]) -> Row | None:
        """One SVM by its uuid."""
        row = world.store.table("svms").get(keys["uuid"])
        if row is None:
            return None
        return self._view(world, row, sum(one["svm"]["uuid"] == row["uuid"] for one in world.store.table("recovery_queue").values()))

    def create(self, world: World, body: Row, query: dict[str, str], parents: dict[str, str]) -> Outcome:
        """Start the job that makes an SVM."""
        only(body, SETTABLE, "an SVM")
        if not body.get("name"):
            raise Refusal(400, "262245", 'The field "name" is required.', "name")
        check_name(world, body["name"])
        body = dict(body, uuid=world.store.uuid())
        job = jobs.start(world, f"POST /api/svm/svms/{body['uuid']}", JOB_SECONDS, "svms.create", body=body)
        return Outcome(key=body["uuid"], job=job)

    def modify(self, world: World, record: Row, body: Row, query: dict[str, str]) -> Outcome:
        """Start the job that changes an SVM."""
        only(body, SETTABLE, "an SVM")
        if body.get("name", record["name"]) != record["name"]:
            check_name(world, body["name"])
        uuid = record["uuid"]
        return Outcome(job=jobs.start(world, f"PATCH /api/svm/svms/{uuid}", JOB_SECONDS, "svms.change", svm=uuid, body=body))

    def delete(self, world: World, record: Row, query: dict[str, str]) -> Outcome:
        """Start the job that removes an SVM; one that still has a CIFS server, volumes or LIFs stays."""
        uuid = record["uuid"]
        if record.get("cifs", {}).get("enabled"):
            raise Refusal(400, "2621525", f'SVM "{record["name"]}" has a CIFS server; delete it first.')
        for table in ("volumes", "interfaces", "fc_interfaces", "svm_peers"):
            if any(row.get("svm", {}).get("uuid") == uuid for row in world.store.table(table).values()):
                # Choice: code 13434880 (the change failed); the sources give none for objects that are left.
                raise Refusal(400, "13434880", f'SVM "{record["name"]}" still has {table}.')
        return Outcome(job=jobs.start(world, f"DELETE /api/svm/svms/{uuid}", JOB_SECONDS, "svms.remove", svm=uuid))


class Vservers(CliCommand):
    """private/cli/vserver: how clients tell the admin SVM from data SVMs. Source: API reference, CLI passthrough."""

    path = "vserver"
    keys = ("vserver",)
    columns = ("vserver", "type", "subtype", "admin_state", "operational_state", "uuid")

    def rows(self, world: World) -> Iterable[Row]:
        """The admin SVM, one per node, and the data SVMs."""
        yield {"vserver": cluster(world)["name"], "type": "admin", "uuid": cluster(world)["uuid"]}
        for node in world.store.each("nodes"):
            yield {"vserver": node["name"], "type": "node", "uuid": node["uuid"]}
        for svm in world.store.each("svms"):
            state = {"admin_state": svm["state"], "operational_state": svm["state"], "subtype": svm["subtype"]}
            yield {"vserver": svm["name"], "type": "data", "uuid": svm["uuid"], **state}
