# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs and their attributes. Source: API reference and the SDK's description, lun and lun_attribute."""

from __future__ import annotations

from .notation import Resource

LUNS = Resource(
    "/storage/luns",
    """
    access_mode string rcu @9.19.1 global|local
    attributes[].name string rc @9.10.1
    attributes[].value string rc @9.10.1
    auto_delete boolean rcu
    class string rc @9.7 regular|protocol_endpoint|vvol
    clone.created_as_clone boolean r @9.19.1
    clone.source.name string cu
    clone.source.uuid string cu
    comment string rcu
    consistency_group.name string r @9.10.1
    consistency_group.uuid string r @9.10.1
    convert.namespace.name string c @9.11.1
    convert.namespace.uuid string c @9.11.1
    copy.source.max_throughput integer rcu @9.10.1
    copy.source.name string rc @9.10.1
    copy.source.peer.name string rcu @9.14.1
    copy.source.peer.uuid string rcu @9.14.1
    copy.source.progress.elapsed integer r @9.10.1
    copy.source.progress.failure.code string r @9.10.1
    copy.source.progress.failure.message string r @9.10.1
    copy.source.progress.percent_complete integer r @9.10.1
    copy.source.progress.state string ru @9.10.1 preparing|replicating|paused|paused_error|complete|reverting|failed
    copy.source.progress.volume_snapshot_blocked boolean r @9.10.1
    copy.source.uuid string rc @9.10.1
    create_time datetime r @9.7
    enabled boolean ru
    encryption.state string r @9.16.1 unencrypted|software_encrypted|software_conversion_queued|software_encrypting|software_rekeying
        |software_conversion_paused|software_rekey_paused|software_rekey_queued
    location.logical_unit string rcu
    location.node.name string r @9.10.1
    location.node.uuid string r @9.10.1
    location.qtree.id integer rcu
    location.qtree.name string rcu
    location.storage_availability_zone.name string rc @9.16.1
    location.storage_availability_zone.uuid string rc @9.16.1
    location.volume.name string rcu
    location.volume.uuid string rcu
    lun_maps[].igroup.comment string rc @9.16.1
    lun_maps[].igroup.igroups[].name string rc @9.16.1
    lun_maps[].igroup.igroups[].uuid string rc @9.16.1
    lun_maps[].igroup.initiators[].comment string rc @9.16.1
    lun_maps[].igroup.initiators[].name string rc @9.16.1
    lun_maps[].igroup.name string rc
    lun_maps[].igroup.os_type string rc @9.16.1 aix|hpux|hyper_v|linux|netware|openvms|solaris|vmware|windows|xen
    lun_maps[].igroup.protocol string rc @9.16.1 fcp|iscsi|mixed
    lun_maps[].igroup.uuid string rc
    lun_maps[].logical_unit_number integer rc
    movement.max_throughput integer rcu
    movement.paths.destination string r
    movement.paths.source string r
    movement.progress.elapsed integer r
    movement.progress.failure.code string r
    movement.progress.failure.message string r
    movement.progress.percent_complete integer r
    movement.progress.state string ru preparing|replicating|paused|paused_error|complete|reverting|failed
    movement.progress.volume_snapshot_blocked boolean r
    name string rcu
    os_type string rc aix|hpux|hyper_v|linux|netware|openvms|solaris|solaris_efi|vmware|windows|windows_2008|windows_gpt|xen
    provisioning_options.auto boolean c @9.16.1
    provisioning_options.count integer c @9.16.1
    provisioning_options.storage_service.name string c @9.16.1 extreme|performance|value
    qos_policy.name string rcu
    qos_policy.uuid string rcu
    serial_number string r
    serial_number_hex string r @9.17.1
    space.efficiency_ratio number r @9.16.1
    space.guarantee.requested boolean rcu
    space.guarantee.reserved boolean r
    space.physical_used integer r @9.16.1
    space.physical_used_by_snapshots integer r @9.16.1
    space.scsi_thin_provisioning_support_enabled boolean rcu @9.10.1
    space.size integer rcu
    space.snapshot.autodelete.enabled boolean rcu @9.18.1
    space.snapshot.reserve_available integer r @9.18.1
    space.snapshot.reserve_percent integer rcu @9.18.1
    space.snapshot.reserve_size integer r @9.18.1
    space.snapshot.space_used_percent integer r @9.18.1
    space.snapshot.used integer r @9.18.1
    space.used integer r
    status.container_state string r online|aggregate_offline|volume_offline
    status.mapped boolean r
    status.read_only boolean r
    status.state string r foreign_lun_error|nvfail|offline|online|space_error
    svm.name string rc
    svm.uuid string rc
    uuid string r
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    order="name,svm.name,uuid",
    methods={
        "GET": (),
        "POST": (),
        "PATCH": ("data.offset",),
        "DELETE": ("allow_delete_while_mapped", "bypass_recovery_queue"),
    },
    background=("POST",),
    expensive=(
        "attributes",
        "auto_delete",
        "copy",
        "lun_maps",
        "movement",
        "space.efficiency_ratio",
        "space.physical_used*",
        "space.snapshot",
        "status.mapped",
    ),
    sdk=("lun", "LunSchema"),
)

LUN_ATTRIBUTES = Resource(
    "/storage/luns/{lun.uuid}/attributes",
    """
    lun.uuid string r
    name string rc
    value string rcu
    """,
    since="9.10.1",
    keys=("lun.uuid", "name"),
    order="name,lun.uuid",
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    sdk=("lun_attribute", "LunAttributeSchema"),
)
