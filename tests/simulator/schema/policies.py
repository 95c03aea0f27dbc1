# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies that volumes and LUNs refer to: quality of service, exports, snapshots. Source: API reference and the SDK's description."""

from __future__ import annotations

from .notation import Resource

WRITES = {"GET": (), "POST": (), "PATCH": (), "DELETE": ()}

QOS_POLICIES = Resource(
    "/storage/qos/policies",
    """
    adaptive.absolute_min_iops integer rcu
    adaptive.block_size string rcu @9.10.1 any|4k|8k|16k|32k|64k|128k
    adaptive.expected_iops integer rcu
    adaptive.expected_iops_allocation string rcu @9.10.1 used_space|allocated_space
    adaptive.peak_iops integer rcu
    adaptive.peak_iops_allocation string rcu @9.10.1 used_space|allocated_space
    burst.duration integer rcu @9.19.1
    burst.iops integer rcu @9.19.1
    burst.percent integer rcu @9.19.1
    fixed.capacity_shared boolean rc
    fixed.max_throughput string rcu @9.17.1
    fixed.max_throughput_iops integer rcu
    fixed.max_throughput_mbps integer rcu
    fixed.min_throughput string rcu @9.17.1
    fixed.min_throughput_iops integer rcu
    fixed.min_throughput_mbps integer rcu @9.8
    name string rcu
    object_count integer r
    pgid integer r @9.10.1
    policy_class string r @9.10.1 undefined|preset|user_defined|system_defined|autovolume|load_control
    scope string r @9.11.1 cluster|svm
    svm.name string rcu
    svm.uuid string rcu
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name", "svm.uuid", "svm.name"),
    order="name,svm.name,uuid",
    methods=WRITES,
    background=("POST", "PATCH", "DELETE"),
    sdk=("qos_policy", "QosPolicySchema"),
)

_RULE = """
    {0}allow_device_creation boolean rcu @9.9.1
    {0}allow_nfs_tls_only boolean rcu @9.19.1
    {0}allow_suid boolean rcu @9.9.1
    {0}anonymous_user string rcu
    {0}chown_mode string rcu @9.9.1 restricted|unrestricted
    {0}clients[].match string rcu
    {0}index integer rcu
    {0}ntfs_unix_security string rcu @9.9.1 fail|ignore
    {0}protocols string[] rcu any|nfs|nfs3|nfs4|cifs|flexcache
    {0}ro_rule string[] rcu any|none|never|krb5|krb5i|krb5p|ntlm|sys
    {0}rw_rule string[] rcu any|none|never|krb5|krb5i|krb5p|ntlm|sys
    {0}superuser string[] rcu any|none|never|krb5|krb5i|krb5p|ntlm|sys
"""

EXPORT_POLICIES = Resource(
    "/protocols/nfs/export-policies",
    """
    are_rules_truncated boolean r @9.18.1
    id integer r
    name string rcu
    svm.name string rcu
    svm.uuid string rcu
    """
    + _RULE.format("rules[]."),
    keys=("id",),
    identity=("id", "name", "svm.uuid", "svm.name"),
    order="svm.name,name,id",
    methods=WRITES,
    sdk=("export_policy", "ExportPolicySchema"),
)

EXPORT_RULES = Resource(
    "/protocols/nfs/export-policies/{policy.id}/rules",
    _RULE.format("")
    + """
    policy.id integer rc @9.10.1
    policy.name string rc @9.10.1
    svm.name string r @9.10.1
    svm.uuid string r @9.10.1
    """,
    keys=("policy.id", "index"),
    identity=("policy.id", "policy.name", "index"),
    order="policy.id,index",
    methods={"GET": (), "POST": (), "PATCH": ("new_index",), "DELETE": ()},
    sdk=("export_rule", "ExportRuleSchema"),
)

SNAPSHOT_POLICIES = Resource(
    "/storage/snapshot-policies",
    """
    comment string rcu
    copies[].count integer rc
    copies[].prefix string rc
    copies[].retention_period string rc @9.12.1
    copies[].schedule.name string rc
    copies[].schedule.uuid string rc @9.14.1
    copies[].snapmirror_label string rc
    enabled boolean rcu
    name string rc
    scope string r svm|cluster
    svm.name string rc
    svm.uuid string rc
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    order="name,svm.name,uuid",
    methods=WRITES,
    sdk=("snapshot_policy", "SnapshotPolicySchema"),
)

SNAPSHOT_POLICY_SCHEDULES = Resource(
    "/storage/snapshot-policies/{snapshot_policy.uuid}/schedules",
    """
    count integer rcu
    prefix string rc
    retention_period string rcu @9.12.1
    schedule.name string rcu
    schedule.uuid string rcu
    snapmirror_label string rcu
    snapshot_policy.name string rcu
    snapshot_policy.uuid string rcu
    """,
    since="9.7",
    keys=("snapshot_policy.uuid", "schedule.uuid"),
    identity=("snapshot_policy.uuid", "snapshot_policy.name", "schedule.uuid", "schedule.name"),
    order="snapshot_policy.name,schedule.name,snapshot_policy.uuid,schedule.uuid",
    methods=WRITES,
    sdk=("snapshot_policy_schedule", "SnapshotPolicyScheduleSchema"),
)
