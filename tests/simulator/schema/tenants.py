# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SVMs, their peers and their LIFs. Source: API reference and the SDK's description, svm, svm_peer and ip_interface."""

from __future__ import annotations

from .notation import Resource

SVMS = Resource(
    "/svm/svms",
    """
    aggregates[].available_size integer r @9.12.1
    aggregates[].name string rcu
    aggregates[].snaplock_type string r non_snaplock|compliance|enterprise
    aggregates[].state string r online|offline|unknown
    aggregates[].type string r @9.12.1 hdd|hybrid|lun|ssd|vmdisk
    aggregates[].uuid string rcu
    aggregates_delegated boolean r @9.7
    anti_ransomware_default_volume_state string rcu @9.10.1 disabled|dry_run
    certificate.name string ru @9.7
    certificate.uuid string ru @9.7
    cifs.allowed boolean rcu @9.9.1
    cifs.enabled boolean rc
    cifs.name string rc
    comment string rcu
    fcp.allowed boolean rcu @9.9.1
    fcp.enabled boolean rc
    ipspace.name string rc
    ipspace.uuid string rc
    is_space_enforcement_logical boolean rcu @9.11.1
    is_space_reporting_logical boolean rcu @9.11.1
    iscsi.allowed boolean rcu @9.9.1
    iscsi.enabled boolean rc
    language string rcu
    max_volumes string rcu @9.9.1
    name string rcu
    nfs.allowed boolean rcu @9.9.1
    nfs.enabled boolean rc
    number_of_volumes_in_recovery_queue integer r @9.13.1
    nvme.allowed boolean rcu @9.9.1
    nvme.enabled boolean rc
    snapshot_policy.name string rcu
    snapshot_policy.uuid string rcu
    state string ru starting|running|stopping|stopped|deleting|initializing@9.15.1
    storage.allocated integer r @9.13.1
    storage.available integer r @9.13.1
    storage.limit integer rcu @9.13.1
    storage.limit_threshold_alert integer rcu @9.13.1
    storage.limit_threshold_exceeded boolean r @9.13.1
    storage.used_percentage integer r @9.13.1
    subtype string rc default|dp_destination|sync_source|sync_destination|data_engine@9.18.1
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    background=("POST", "PATCH", "DELETE"),
    sdk=("svm", "SvmSchema"),
)

SVM_PEERS = Resource(
    "/svm/peers",
    """
    applications string[] rcu
    force boolean cu @9.12.1
    name string rcu
    peer.cluster.name string rc
    peer.cluster.uuid string r
    peer.svm.name string rc
    peer.svm.uuid string r
    state string ru peered|rejected|suspended|initiated|pending|initializing
    svm.name string rc
    svm.uuid string rc
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={"GET": (), "POST": ()},
    background=("POST",),
    sdk=("svm_peer", "SvmPeerSchema"),
)

INTERFACES = Resource(
    "/network/ip/interfaces",
    """
    ddns_enabled boolean rcu @9.9.1
    dns_zone string rcu @9.9.1
    enabled boolean rcu
    fail_if_subnet_conflicts boolean cu @9.11.1
    ip.address string rcu
    ip.family string rcu
    ip.netmask string rcu
    ipspace.name string rc
    ipspace.uuid string rc
    location.auto_revert boolean rcu
    location.broadcast_domain.name string c
    location.broadcast_domain.uuid string c
    location.failover string rcu
    location.home_node.name string rcu
    location.home_node.uuid string rcu
    location.home_port.name string rcu
    location.home_port.node.name string rcu
    location.home_port.uuid string rcu
    location.is_home boolean ru
    location.node.name string ru
    location.node.uuid string ru
    location.port.name string ru
    location.port.node.name string ru
    location.port.uuid string ru
    name string rcu
    probe_port integer rc @9.10.1
    rdma_protocols string[] rcu @9.10.1
    scope string rc svm|cluster
    service_policy.name string rcu
    service_policy.uuid string rcu
    services string[] r
    state string r up|down
    subnet.name string rcu @9.11.1
    subnet.uuid string rcu @9.11.1
    svm.name string rc
    svm.uuid string rc
    uuid string r
    vip boolean rc
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={"GET": (), "PATCH": ()},
    sdk=("ip_interface", "IpInterfaceSchema"),
)
