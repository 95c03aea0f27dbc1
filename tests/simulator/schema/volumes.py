# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Volumes. Source: API reference and the SDK's description, volume."""

from __future__ import annotations

from .notation import Resource

VOLUMES = Resource(
    "/storage/volumes",
    """
    _tags string[] rcu @9.13.1
    access_time_enabled boolean ru @9.8
    aggregates[].name string rcu
    aggregates[].uuid string rcu
    aggressive_readahead_mode string rcu @9.13.1 none|file_prefetch|cross_file_sequential_read@9.16.1
    anti_ransomware.state string rcu @9.10.1 disabled|disable_in_progress|dry_run|enabled|paused|enable_paused|dry_run_paused
    autosize.grow_threshold integer rcu
    autosize.maximum integer rcu
    autosize.minimum integer rcu
    autosize.mode string rcu grow|grow_shrink|off
    autosize.shrink_threshold integer rcu
    clone.has_flexclone boolean r @9.16.1
    clone.inherited_physical_used integer r @9.12.1
    clone.inherited_savings integer r @9.12.1
    clone.is_flexclone boolean rc
    clone.lun_name string rc @9.18.1
    clone.parent_snapshot.name string rcu
    clone.parent_snapshot.uuid string rcu
    clone.parent_svm.name string rc
    clone.parent_svm.uuid string rc
    clone.parent_volume.name string rc
    clone.parent_volume.uuid string rc
    clone.qtree_name string rc @9.18.1
    clone.split_complete_percent integer r
    clone.split_estimate integer r
    clone.split_initiated boolean ru
    cloud_retrieval_policy string rcu @9.8 default|on_read|never|promote
    comment string rcu
    consistency_group.name string rcu @9.7
    consistency_group.uuid string r @9.10.1
    constituent_count integer rcu @9.17.1
    constituents[].aggregates.name string r @9.9.1
    constituents[].aggregates.uuid string r @9.9.1
    constituents[].movement.cutover_window integer rcu @9.9.1
    constituents[].movement.destination_aggregate.name string rcu @9.9.1
    constituents[].movement.destination_aggregate.uuid string rcu @9.9.1
    constituents[].movement.percent_complete integer r @9.9.1
    constituents[].movement.state string rcu @9.9.1 aborted|cutover|cutover_wait|cutover_pending|failed|paused|queued|replicating
        |success
    constituents[].movement.tiering_policy string u @9.9.1 all|auto|backup|none|snapshot_only
    constituents[].name string r @9.9.1
    constituents[].node.name string r @9.17.1
    constituents[].node.uuid string r @9.17.1
    constituents[].space.afs_total integer rcu @9.9.1
    constituents[].space.available integer r @9.9.1
    constituents[].space.available_percent integer rcu @9.9.1
    constituents[].space.footprint integer r @9.9.1
    constituents[].space.large_size_enabled boolean rcu @9.12.1
    constituents[].space.local_tier_footprint integer r @9.9.1
    constituents[].space.logical_space.available integer r @9.9.1
    constituents[].space.logical_space.enforcement boolean rcu @9.9.1
    constituents[].space.logical_space.reporting boolean rcu @9.9.1
    constituents[].space.logical_space.used_by_afs integer r @9.9.1
    constituents[].space.max_size string rcu @9.14.1 100T|300T|600T
    constituents[].space.metadata integer r @9.9.1
    constituents[].space.over_provisioned integer r @9.9.1
    constituents[].space.size integer rcu @9.9.1
    constituents[].space.snapshot.autodelete_enabled boolean u @9.9.1
    constituents[].space.snapshot.reserve_percent integer rcu @9.9.1
    constituents[].space.snapshot.used integer r @9.9.1
    constituents[].space.total_footprint integer r @9.9.1
    constituents[].space.total_metadata integer r @9.15.1
    constituents[].space.total_metadata_footprint integer r @9.15.1
    constituents[].space.used integer r @9.9.1
    constituents[].space.used_by_afs integer rcu @9.9.1
    constituents[].space.used_percent integer rcu @9.10.1
    constituents_per_aggregate integer cu
    create_time datetime r
    efficiency.compaction string rcu inline|none|mixed
    efficiency.compression string rcu inline|background|both|none|mixed
    efficiency.compression_type string rcu @9.11.1 none|secondary|adaptive
    efficiency.cross_volume_dedupe string rcu inline|background|both|none|mixed
    efficiency.dedupe string rcu inline|background|both|none|mixed
    efficiency.policy.name string rcu @9.7
    efficiency.state string rcu @9.9.1 disabled|enabled|mixed|custom
    efficiency.storage_efficiency_mode string rcu @9.10.1 default|efficient
    efficiency.volume_path string r @9.13.1
    encryption.action string rcu @9.14.1 conversion_pause|conversion_resume|rekey_pause|rekey_resume
    encryption.enabled boolean rcu
    encryption.key_create_time datetime r @9.11.1
    encryption.key_id string r
    encryption.key_manager_attribute string c @9.9.1
    encryption.rekey boolean ru
    encryption.state string r encrypted|encrypting|partial|rekeying|unencrypted
    encryption.status.code string r
    encryption.status.message string r
    encryption.type string r none|volume|aggregate
    error_state.has_bad_blocks boolean r
    error_state.is_inconsistent boolean r
    files.inodefile_capacity integer r @9.17.1
    files.maximum integer rcu
    files.used integer r
    flexcache_endpoint_type string r none|cache|origin
    flexgroup.name string r @9.10.1
    flexgroup.uuid string r @9.10.1
    guarantee.honored boolean r
    guarantee.type string rcu volume|none
    is_dir_index_transfer_enabled boolean rcu @9.17.1
    is_large_dir_enabled boolean rcu @9.18.1
    is_object_store boolean r @9.8
    is_s3_arbitrary_part_size_enabled boolean rcu @9.18.1
    is_svm_root boolean r @9.7
    language string rc
    max_dir_size integer rcu @9.10.1
    movement.capacity_tier_optimized boolean ru @9.15.1
    movement.cutover_window integer ru
    movement.destination_aggregate.name string ru
    movement.destination_aggregate.uuid string ru
    movement.percent_complete integer r
    movement.start_time datetime r @9.9.1
    movement.state string ru aborted|cutover|cutover_wait|cutover_pending|failed|paused|queued|replicating|success
    movement.tiering_policy string ru all|auto|backup|none|snapshot_only
    msid integer rcu @9.11.1
    name string rcu
    nas.export_policy.id integer rcu
    nas.export_policy.name string rcu
    nas.gid integer rcu
    nas.junction_parent.name string rcu @9.9.1
    nas.junction_parent.uuid string rcu @9.9.1
    nas.path string rcu
    nas.security_style string rcu mixed|ntfs|unified|unix
    nas.uid integer rcu
    nas.unix_permissions integer rcu
    qos.policy.name string rcu
    qos.policy.uuid string rcu
    queue_for_encryption boolean ru @9.8
    rebalancing.state string ru @9.12.1 not_running|starting|rebalancing|paused|stopping|idle|scanning|rebalancing_source
        |rebalancing_dest|unknown
    size integer rcu
    restore_to.byte_count integer hu
    restore_to.path string hu
    restore_to.restore_path string hu
    restore_to.snapshot.force boolean hu
    restore_to.snapshot.name string hu
    restore_to.snapshot.uuid string hu
    restore_to.start_byte integer hu
    sizing_method string u @9.17.1 use_existing_resources|add_new_resources
    smas_protection string ru @9.19.1 protected|unprotected
    snaplock.type string rc compliance|enterprise|non_snaplock
    snapmirror.destinations.is_cloud boolean r @9.9.1
    snapmirror.destinations.is_ontap boolean r @9.9.1
    snapmirror.is_protected boolean r @9.7
    snapshot_count integer r @9.10.1
    snapshot_directory_access_enabled boolean rcu @9.13.1
    snapshot_locking_enabled boolean rcu @9.12.1
    snapshot_policy.name string rcu
    snapshot_policy.uuid string rcu
    space.afs_total integer rcu @9.9.1
    space.available integer r
    space.available_percent integer rcu @9.9.1
    space.effective_total_footprint integer r @9.12.1
    space.expected_available integer rcu @9.10.1
    space.filesystem_size integer r @9.10.1
    space.filesystem_size_fixed boolean rcu @9.10.1
    space.footprint integer r
    space.fractional_reserve integer rcu @9.9.1
    space.full_threshold_percent integer rcu @9.9.1
    space.is_used_stale boolean r @9.12.1
    space.large_size_enabled boolean rcu @9.12.1
    space.local_tier_footprint integer r @9.8
    space.logical_space.available integer r
    space.logical_space.enforcement boolean rcu
    space.logical_space.reporting boolean rcu
    space.logical_space.used integer r @9.9.1
    space.logical_space.used_by_afs integer r
    space.logical_space.used_by_snapshots integer r @9.10.1
    space.logical_space.used_percent integer r @9.9.1
    space.max_size string rcu @9.14.1 100T|300T|600T
    space.metadata integer r
    space.nearly_full_threshold_percent integer rcu @9.9.1
    space.over_provisioned integer r
    space.overwrite_reserve integer r @9.9.1
    space.overwrite_reserve_used integer r @9.9.1
    space.percent_used integer r @9.9.1
    space.physical_used integer rcu @9.10.1
    space.physical_used_percent integer rcu @9.10.1
    space.size integer rcu
    space.size_available_for_snapshots integer r @9.9.1
    space.snapshot.autodelete.commitment string ru @9.13.1 try|disrupt|destroy
    space.snapshot.autodelete.defer_delete string ru @9.13.1 scheduled|user_created|prefix|none
    space.snapshot.autodelete.delete_order string ru @9.13.1 newest_first|oldest_first
    space.snapshot.autodelete.enabled boolean u @9.13.1
    space.snapshot.autodelete.prefix string ru @9.13.1
    space.snapshot.autodelete.target_free_space integer ru @9.13.1
    space.snapshot.autodelete.trigger string ru @9.13.1 volume|snap_reserve
    space.snapshot.autodelete_enabled boolean u
    space.snapshot.autodelete_trigger string ru @9.10.1 volume|snap_reserve
    space.snapshot.reserve_available integer r @9.10.1
    space.snapshot.reserve_percent integer rcu
    space.snapshot.reserve_size integer r @9.9.1
    space.snapshot.space_used_percent integer r @9.9.1
    space.snapshot.used integer r
    space.snapshot_reserve_unusable integer r @9.10.1
    space.snapshot_spill integer r @9.10.1
    space.total_footprint integer r @9.8
    space.total_metadata integer r @9.15.1
    space.total_metadata_footprint integer r @9.15.1
    space.used integer r
    space.used_by_afs integer rcu @9.9.1
    space.user_data integer r @9.10.1
    state string rcu error|mixed|offline|online|restricted@9.10.1
    status string[] r @9.9.1
    style string rcu flexvol|flexgroup|flexgroup_constituent@9.10.1
    svm.name string rc
    svm.uuid string rc
    svm_dr_protection string ru @9.19.1 protected|unprotected
    tiering.min_cooling_days integer rcu @9.8
    tiering.object_tags string[] rcu @9.8
    tiering.policy string rcu all|auto|none|snapshot_only
    tiering.supported boolean c
    type string rc rw|dp|ls
    use_mirrored_aggregates boolean c
    uuid string r
    validate_only boolean rcu @9.14.1
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={
        "GET": ("is_constituent",),
        "POST": (),
        "PATCH": (
            "nvfail",
            "preserve_lun_ids",
            "restore_to.byte_count",
            "restore_to.path",
            "restore_to.restore_path",
            "restore_to.snapshot.force",
            "restore_to.snapshot.name",
            "restore_to.snapshot.uuid",
            "restore_to.start_byte",
            "sizing_method",
            "validate_only",
        ),
        "DELETE": ("force",),
    },
    background=("POST", "PATCH", "DELETE"),
    expensive=(
        "is_svm_root",
        "anti_ransomware",
        "autosize",
        "clone.parent_*",
        "clone.split_*",
        "constituents",
        "efficiency",
        "encryption",
        "error_state",
        "files",
        "flexcache_endpoint_type",
        "guarantee",
        "max_dir_size",
        "movement",
        "nas.export_policy.id",
        "nas.gid",
        "nas.junction_parent",
        "nas.path",
        "nas.security_style",
        "nas.uid",
        "nas.unix_permissions",
        "qos",
        "queue_for_encryption",
        "rebalancing",
        "snaplock",
        "space.*footprint",
        "space.*percent*",
        "space.afs_total",
        "space.expected_available",
        "space.filesystem_size*",
        "space.fractional_reserve",
        "space.logical_space",
        "space.physical_used",
        "space.snapshot",
        "space.used_by_afs",
    ),
    sdk=("volume", "VolumeSchema"),
)
