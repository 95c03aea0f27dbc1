# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster and its jobs. Source: API reference and the SDK's description, cluster and job."""

from __future__ import annotations

from .notation import Resource

CLUSTER = Resource(
    "/cluster",
    """
    _tags string[] rcu @9.13.1
    auto_enable_activity_tracking boolean rcu @9.13.1
    auto_enable_analytics boolean rcu @9.13.1
    certificate.name string ru @9.7
    certificate.uuid string ru @9.7
    cluster_network_overlay_enabled boolean rc @9.18.1
    contact string rcu
    disaggregated boolean r @9.16.1
    dns_domains string[] rcu
    ha.failover_protection_level string rcu @9.19.1 nplusone|nplustwo
    location string rcu
    management_interfaces[].ip.address string r
    management_interfaces[].name string r
    management_interfaces[].uuid string r
    name string rcu
    name_servers string[] rcu
    ntp_servers string[] rc
    peering_policy.authentication_required boolean r @9.10.1
    peering_policy.encryption_required boolean r @9.10.1
    peering_policy.minimum_passphrase_length integer r @9.10.1
    san_optimized boolean r @9.7
    timezone.name string rcu @9.7
    uuid string r
    version.full string r
    version.generation integer r
    version.major integer r
    version.minor integer r
    """,
    identity=("uuid", "name"),
    singleton=True,
    methods={"GET": (), "PATCH": ()},
    background=("PATCH",),
    sdk=("cluster", "ClusterSchema"),
)

JOBS = Resource(
    "/cluster/jobs",
    """
    code integer r
    description string r
    end_time datetime r
    error.arguments[].code string r @9.9.1
    error.arguments[].message string r @9.9.1
    error.code string r @9.9.1
    error.message string r @9.9.1
    message string r
    node.name string r @9.11.1
    start_time datetime r
    state string r queued|running|paused|success|failure
    svm.name string r @9.8
    svm.uuid string r @9.8
    uuid string r
    """,
    keys=("uuid",),
    order="start_time,uuid",
    methods={"GET": (), "PATCH": ("action",)},
    sdk=("job", "JobSchema"),
)
