# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the API publishes: resources, fields, types, values, writability, releases. Tests hold it against the vendor's SDK."""

from __future__ import annotations

from .cluster import CLUSTER, JOBS
from .nodes import NODES
from .notation import Field, Resource, parse_version
from .protocols import CIFS_SERVICES, CIFS_SESSIONS, CIFS_SHARES, NFS_CLIENTS
from .storage import AGGREGATES, DISKS
from .support import APPLICATION_LOGS, EVENTS
from .tenants import INTERFACES, SVMS
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
        INTERFACES,
        SVMS,
        CIFS_SERVICES,
        CIFS_SHARES,
        CIFS_SESSIONS,
        NFS_CLIENTS,
        EVENTS,
        APPLICATION_LOGS,
    )
}
"""Every resource by its path."""
