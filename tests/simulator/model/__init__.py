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
    from . import aggregates, cifs, clusters, disks, ems, interfaces, jobs, nfs, nodes, svms, volumes

    return [
        clusters.Clusters(),
        nodes.Nodes(),
        jobs.Jobs(),
        aggregates.Aggregates(),
        disks.Disks(),
        volumes.Volumes(),
        interfaces.Interfaces(),
        svms.Svms(),
        cifs.CifsServices(),
        cifs.Shares(),
        cifs.Sessions(),
        nfs.NfsClients(),
        ems.Events(),
        ems.ApplicationLogs(),
    ]


def commands() -> list[CliCommand]:
    """Every directory of the private CLI."""
    from . import failover_cli, svms

    return [failover_cli.Failover(), svms.Vservers()]
