# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Consistency groups and their snapshots. Source: API reference and the SDK's description of both.

Release of the flags: the API reference. Not here: fields of other personalities (storage units), replication, NVMe, SMB, metrics.
"""

from __future__ import annotations

from .notation import Resource

CONSISTENCY_GROUPS = Resource(
    "/application/consistency-groups",
    """
    _tags string[] rcu @9.15.1
    application.component_type string rcu @9.12.1 data|logs|other
    application.type string rcu @9.12.1 oracle|other|exchange|sql_server|sap_hana|vmware|mongodb|db2|mysql|sap_maxdb
        |postgresql|sap_ase_sybase
    clone.guarantee.type string rc @9.12.1 volume|none
    clone.is_flexclone boolean r @9.15.1
    clone.parent_consistency_group.name string rc @9.12.1
    clone.parent_consistency_group.uuid string rc @9.12.1
    clone.parent_snapshot.name string rc @9.12.1
    clone.parent_snapshot.uuid string rc @9.12.1
    clone.parent_svm.name string r @9.15.1
    clone.parent_svm.uuid string r @9.15.1
    clone.split_complete_percent integer r @9.15.1
    clone.split_estimate integer r @9.15.1
    clone.split_initiated boolean rcu @9.12.1
    clone.volume.prefix string rc @9.12.1
    clone.volume.suffix string rc @9.12.1
    consistency_groups[]._tags string[] rcu @9.15.1
    consistency_groups[].application.component_type string rcu @9.12.1 data|logs|other
    consistency_groups[].application.type string rcu @9.12.1 oracle|other|exchange|sql_server|sap_hana|vmware|mongodb
        |db2|mysql|sap_maxdb|postgresql|sap_ase_sybase
    consistency_groups[].luns[].comment string rcu
    consistency_groups[].luns[].create_time datetime r
    consistency_groups[].luns[].enabled boolean r
    consistency_groups[].luns[].lun_maps[].igroup.initiators[].name string rcu
    consistency_groups[].luns[].lun_maps[].igroup.name string rcu
    consistency_groups[].luns[].lun_maps[].igroup.os_type string rcu aix|hpux|hyper_v|linux|netware|openvms|solaris|vmware|windows|xen
    consistency_groups[].luns[].lun_maps[].igroup.protocol string rc fcp|iscsi|mixed
    consistency_groups[].luns[].lun_maps[].igroup.uuid string r
    consistency_groups[].luns[].lun_maps[].logical_unit_number integer rc
    consistency_groups[].luns[].name string rc
    consistency_groups[].luns[].os_type string rc aix|hpux|hyper_v|linux|netware|openvms|solaris|solaris_efi|vmware
        |windows|windows_2008|windows_gpt|xen
    consistency_groups[].luns[].provisioning_options.action string cu create
    consistency_groups[].luns[].provisioning_options.count integer cu
    consistency_groups[].luns[].serial_number string r
    consistency_groups[].luns[].space.guarantee.requested boolean rcu
    consistency_groups[].luns[].space.guarantee.reserved boolean r
    consistency_groups[].luns[].space.size integer rcu
    consistency_groups[].luns[].space.used integer r
    consistency_groups[].luns[].uuid string r
    consistency_groups[].name string rc
    consistency_groups[].parent_consistency_group.name string r
    consistency_groups[].parent_consistency_group.uuid string r
    consistency_groups[].provisioning_options.action string cu create|add|remove|promote|demote
    consistency_groups[].provisioning_options.name string cu @9.13.1
    consistency_groups[].provisioning_options.storage_service.name string cu extreme|performance|value
    consistency_groups[].qos.policy.name string rcu
    consistency_groups[].qos.policy.uuid string rcu
    consistency_groups[].restore_to.snapshot.name string u
    consistency_groups[].restore_to.snapshot.uuid string u
    consistency_groups[].snapshot_policy.name string rcu
    consistency_groups[].snapshot_policy.uuid string rcu
    consistency_groups[].space.available integer r
    consistency_groups[].space.size integer r
    consistency_groups[].space.used integer r
    consistency_groups[].svm.name string rc
    consistency_groups[].svm.uuid string rc
    consistency_groups[].uuid string r
    consistency_groups[].volumes[].comment string rcu
    consistency_groups[].volumes[].name string rcu
    consistency_groups[].volumes[].nas.path string rc @9.12.1
    consistency_groups[].volumes[].provisioning_options.action string cu create|add|remove|reassign
    consistency_groups[].volumes[].provisioning_options.count integer cu
    consistency_groups[].volumes[].provisioning_options.storage_service.name string cu extreme|performance|value
    consistency_groups[].volumes[].qos.policy.name string rcu
    consistency_groups[].volumes[].qos.policy.uuid string rcu
    consistency_groups[].volumes[].snapshot_policy.name string rcu
    consistency_groups[].volumes[].snapshot_policy.uuid string rcu
    consistency_groups[].volumes[].space.available integer r
    consistency_groups[].volumes[].space.size integer rcu
    consistency_groups[].volumes[].space.used integer r
    consistency_groups[].volumes[].tiering.policy string rc all|auto|backup|none|snapshot_only
    consistency_groups[].volumes[].uuid string r
    luns[].create_time datetime r
    luns[].enabled boolean r
    luns[].comment string rcu
    luns[].lun_maps[].igroup.initiators[].name string rcu
    luns[].lun_maps[].igroup.name string rcu
    luns[].lun_maps[].igroup.os_type string rcu aix|hpux|hyper_v|linux|netware|openvms|solaris|vmware|windows|xen
    luns[].lun_maps[].igroup.protocol string rc fcp|iscsi|mixed
    luns[].lun_maps[].igroup.uuid string r
    luns[].lun_maps[].logical_unit_number integer rc
    luns[].name string rc
    luns[].os_type string rc aix|hpux|hyper_v|linux|netware|openvms|solaris|solaris_efi|vmware|windows|windows_2008|windows_gpt|xen
    luns[].provisioning_options.action string cu create
    luns[].provisioning_options.count integer cu
    luns[].serial_number string r
    luns[].space.guarantee.requested boolean rcu
    luns[].space.guarantee.reserved boolean r
    luns[].space.size integer rcu
    luns[].space.used integer r
    luns[].uuid string r
    map_to.name string u @9.16.1
    name string rc
    namespaces[].name string rcu
    parent_consistency_group.name string r
    parent_consistency_group.uuid string r
    provisioning_options.action string cu create|add|remove|promote|demote
    provisioning_options.name string cu @9.13.1
    provisioning_options.storage_service.name string cu extreme|performance|value
    qos.policy.name string rcu
    qos.policy.uuid string rcu
    replicated boolean r
    restore_to.snapshot.name string u
    restore_to.snapshot.uuid string u
    snapshot_policy.name string rcu
    snapshot_policy.uuid string rcu
    space.available integer r
    space.size integer r
    space.used integer r
    svm.name string rc
    svm.uuid string rc
    tiering.control string c allowed|best_effort|disallowed|required
    tiering.policy string rc all|auto|backup|none|snapshot_only
    unmap_from.name string u @9.16.1
    uuid string r
    volumes[].comment string rcu
    volumes[].name string rcu
    volumes[].nas.path string rc @9.12.1
    volumes[].provisioning_options.action string cu create|add|remove|reassign
    volumes[].provisioning_options.count integer cu
    volumes[].provisioning_options.storage_service.name string cu extreme|performance|value
    volumes[].qos.policy.name string rcu
    volumes[].qos.policy.uuid string rcu
    volumes[].snapshot_policy.name string rcu
    volumes[].snapshot_policy.uuid string rcu
    volumes[].space.available integer r
    volumes[].space.size integer rcu
    volumes[].space.used integer r
    volumes[].tiering.policy string rc all|auto|backup|none|snapshot_only
    volumes[].uuid string r
    """,
    since="9.10.1",
    keys=("uuid",),
    identity=("uuid", "name"),
    order="name,svm.name,uuid",
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    background=("POST", "PATCH", "DELETE"),
    expensive=("volumes", "luns", "namespaces", "consistency_groups.volumes", "consistency_groups.luns"),
    # Source: the examples of PATCH in the API reference name children and LUNs, and describe new ones.
    in_patch=(
        "consistency_groups.name",
        "consistency_groups.luns.name",
        "consistency_groups.luns.os_type",
        "consistency_groups.luns.lun_maps.logical_unit_number",
        "consistency_groups.luns.lun_maps.igroup.protocol",
        "consistency_groups.volumes.nas.path",
        "luns.name",
        "luns.os_type",
        "luns.lun_maps.logical_unit_number",
        "luns.lun_maps.igroup.protocol",
        "volumes.nas.path",
    ),
    # Source: the vendor's collection, na_ontap_cg, sends initiators so.
    as_text=("luns.lun_maps.igroup.initiators", "consistency_groups.luns.lun_maps.igroup.initiators"),
    # Source: SDK's description, the maximum number of items of these arrays (unified systems).
    most={"luns": 16, "consistency_groups.luns": 16},
    sdk=("consistency_group", "ConsistencyGroupSchema"),
)

CONSISTENCY_GROUP_SNAPSHOTS = Resource(
    "/application/consistency-groups/{consistency_group.uuid}/snapshots",
    """
    comment string rc
    consistency_group.name string r
    consistency_group.uuid string r
    consistency_type string rcu crash|application
    create_time datetime r
    is_partial boolean r
    luns[].name string r @9.16.1
    luns[].uuid string r @9.16.1
    missing_luns[].name string r @9.16.1
    missing_luns[].uuid string r @9.16.1
    missing_volumes[].name string r
    missing_volumes[].uuid string r
    name string rcu
    reclaimable_space integer r @9.16.1
    restore_size integer r @9.16.1
    snaplock.expired boolean r @9.16.1
    snaplock.expiry_time datetime rcu @9.16.1
    snaplock.time_until_expiry string r @9.16.1
    snapmirror_label string rc
    snapshot_volumes[].snapshot.name string r @9.12.1
    snapshot_volumes[].snapshot.uuid string r @9.12.1
    snapshot_volumes[].volume.name string r @9.12.1
    snapshot_volumes[].volume.uuid string r @9.12.1
    svm.name string rcu
    svm.uuid string rcu
    uuid string r
    write_fence boolean rc @9.14.1
    """,
    since="9.10.1",
    keys=("consistency_group.uuid", "uuid"),
    identity=("consistency_group.uuid", "consistency_group.name", "uuid", "name"),
    order="create_time,name,uuid",
    methods={"GET": (), "POST": ("action", "action_timeout"), "PATCH": ("action",), "DELETE": ()},
    background=("POST", "PATCH", "DELETE"),
    expensive=("is_partial", "missing_volumes"),
    sdk=("consistency_group_snapshot", "ConsistencyGroupSnapshotSchema"),
)
