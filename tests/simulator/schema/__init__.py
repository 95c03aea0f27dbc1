# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API publishes: resources, fields, types, values, writability, releases. Tests hold it against the vendor's SDK."""

from __future__ import annotations

from .block_protocols import (
    FC_INTERFACES,
    FC_LOGINS,
    FC_PORTS,
    FCP_SERVICES,
    ISCSI_CREDENTIALS,
    ISCSI_SERVICES,
    ISCSI_SESSIONS,
    PORTSET_INTERFACES,
    PORTSETS,
)
from .cluster import CLUSTER, JOBS
from .consistency import CONSISTENCY_GROUP_SNAPSHOTS, CONSISTENCY_GROUPS
from .luns import LUN_ATTRIBUTES, LUNS
from .network import ETHERNET_PORTS
from .nodes import NODES
from .notation import Field, Resource, parse_version
from .policies import EXPORT_POLICIES, EXPORT_RULES, QOS_POLICIES, SNAPSHOT_POLICIES, SNAPSHOT_POLICY_SCHEDULES
from .protocols import CIFS_OPEN_FILES, CIFS_SERVICES, CIFS_SESSIONS, CIFS_SHARES, NFS_CLIENTS
from .replication import SNAPMIRROR_RELATIONSHIPS
from .san import IGROUPS, INITIATORS, LUN_MAPS, NESTED_IGROUPS, REPORTING_NODES
from .snapshots import SNAPSHOTS
from .storage import AGGREGATES, DISKS
from .support import APPLICATION_LOGS, EVENTS
from .tenants import INTERFACES, SVM_PEERS, SVMS
from .volumes import VOLUMES

__all__ = ["RESOURCES", "Field", "Resource", "parse_version"]

RESOURCES: dict[str, Resource] = {
    resource.path: resource
    for resource in (
        CLUSTER,
        NODES,
        JOBS,
        AGGREGATES,
        DISKS,
        VOLUMES,
        SNAPSHOTS,
        INTERFACES,
        ETHERNET_PORTS,
        SVMS,
        SVM_PEERS,
        CIFS_SERVICES,
        CIFS_SHARES,
        CIFS_SESSIONS,
        CIFS_OPEN_FILES,
        NFS_CLIENTS,
        LUNS,
        LUN_ATTRIBUTES,
        IGROUPS,
        INITIATORS,
        NESTED_IGROUPS,
        LUN_MAPS,
        REPORTING_NODES,
        PORTSETS,
        PORTSET_INTERFACES,
        ISCSI_SERVICES,
        ISCSI_SESSIONS,
        ISCSI_CREDENTIALS,
        FCP_SERVICES,
        FC_INTERFACES,
        FC_LOGINS,
        FC_PORTS,
        QOS_POLICIES,
        EXPORT_POLICIES,
        EXPORT_RULES,
        SNAPSHOT_POLICIES,
        SNAPSHOT_POLICY_SCHEDULES,
        SNAPMIRROR_RELATIONSHIPS,
        CONSISTENCY_GROUPS,
        CONSISTENCY_GROUP_SNAPSHOTS,
        EVENTS,
        APPLICATION_LOGS,
    )
}
"""Every resource by its path."""
