# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""State and rules of a cluster, per family; no HTTP. Each rule names its source, or says that it is a choice.

The registries that the API layer serves are built on demand, because scenarios import single families from here.
"""

from __future__ import annotations

from .family import CliCommand, Family


def families() -> list[Family]:
    """Every REST family."""
    from . import aggregates, clusters, disks, ems, ethernet_ports, interfaces, jobs, nodes, snapshots, svm_peers, svms, volumes

    return [
        clusters.Clusters(),
        nodes.Nodes(),
        jobs.Jobs(),
        aggregates.Aggregates(),
        disks.Disks(),
        volumes.Volumes(),
        snapshots.Snapshots(),
        interfaces.Interfaces(),
        ethernet_ports.EthernetPorts(),
        svms.Svms(),
        svm_peers.SvmPeers(),
        *_files(),
        *_luns(),
        *_access(),
        *_policies(),
        *_groups(),
        ems.Events(),
        ems.ApplicationLogs(),
    ]


def _files() -> list[Family]:
    """Shares, and who uses files."""
    from . import cifs, cifs_files, nfs

    return [cifs.CifsServices(), cifs.Shares(), cifs.Sessions(), cifs_files.OpenFiles(), nfs.NfsClients()]


def _luns() -> list[Family]:
    """LUNs, and who sees them."""
    from . import igroup_members, igroups, lun_attributes, lun_maps, luns

    return [
        luns.Luns(),
        lun_attributes.LunAttributes(),
        igroups.Igroups(),
        igroup_members.Initiators(),
        igroup_members.NestedIgroups(),
        lun_maps.LunMaps(),
        lun_maps.ReportingNodes(),
    ]


def _access() -> list[Family]:
    """How hosts come in."""
    from . import block_services, fc_network, portsets, san_sessions

    return [
        portsets.Portsets(),
        portsets.PortsetInterfaces(),
        block_services.IscsiServices(),
        san_sessions.IscsiSessions(),
        fc_network.IscsiCredentials(),
        block_services.FcpServices(),
        fc_network.FcInterfaces(),
        san_sessions.FcLogins(),
        fc_network.FcPorts(),
    ]


def _policies() -> list[Family]:
    """What volumes and LUNs refer to."""
    from . import export_policies, qos, snapmirror, snapshot_policies

    return [
        qos.QosPolicies(),
        export_policies.ExportPolicies(),
        export_policies.ExportRules(),
        snapshot_policies.SnapshotPolicies(),
        snapshot_policies.SnapshotPolicySchedules(),
        snapmirror.SnapmirrorRelationships(),
    ]


def _groups() -> list[Family]:
    """What holds volumes together."""
    from . import consistency_groups, consistency_snapshots

    return [consistency_groups.ConsistencyGroups(), consistency_snapshots.ConsistencyGroupSnapshots()]


def commands() -> list[CliCommand]:
    """Every directory of the private CLI."""
    from . import failover_cli, lun_cli, lun_move_cli, recovery_queue, snapshot_cli, svms, volume_move_cli

    return [
        failover_cli.Failover(),
        svms.Vservers(),
        recovery_queue.RecoveryQueue(),
        lun_cli.LunCommand(),
        lun_move_cli.TransferCommand("move"),
        lun_move_cli.TransferCommand("copy"),
        snapshot_cli.SnapshotCommand(),
        volume_move_cli.MoveCommand(),
    ]
