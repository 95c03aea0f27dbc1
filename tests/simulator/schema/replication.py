# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mirrors, as far as somebody who deletes a volume has to know them. Source: API reference and the SDK's description."""

from __future__ import annotations

from .notation import Resource

SNAPMIRROR_RELATIONSHIPS = Resource(
    "/snapmirror/relationships",
    """
    destination.cluster.name string rcu @9.7
    destination.cluster.uuid string rcu @9.7
    destination.path string rcu
    destination.svm.name string r
    destination.svm.uuid string r
    exported_snapshot string r
    group_type string r @9.11.1 none|svm_dr|consistency_group|flexgroup|coordination_group@9.19.1
    healthy boolean r
    lag_time string r
    last_transfer_type string r @9.11.1 initialize|update|resync|restore
    policy.name string rcu
    policy.type string r async|sync|continuous
    policy.uuid string rcu
    restore boolean rc
    source.cluster.name string rcu @9.7
    source.cluster.uuid string rcu @9.7
    source.path string rcu
    source.svm.name string r
    source.svm.uuid string r
    state string rcu broken_off|paused|snapmirrored|uninitialized|in_sync|out_of_sync|synchronizing|expanding|shrinking
    throttle integer rcu @9.11.1
    transfer.bytes_transferred integer r
    transfer.end_time datetime r @9.9.1
    transfer.state string r aborted|failed|hard_aborted|queued|success|transferring
    transfer.uuid string r
    unhealthy_reason[].code string r
    unhealthy_reason[].message string r
    uuid string r
    """,
    keys=("uuid",),
    methods={"GET": ("list_destinations_only",)},
    sdk=("snapmirror_relationship", "SnapmirrorRelationshipSchema"),
)
