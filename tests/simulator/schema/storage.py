# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Aggregates and disks. Source: API reference and the SDK's description, aggregate and disk."""

from __future__ import annotations

from .notation import Resource

AGGREGATES = Resource(
    "/storage/aggregates",
    """
    block_storage.mirror.enabled boolean rcu
    block_storage.mirror.state string r unmirrored|normal|degraded|resynchronizing|failed
    block_storage.plexes[].name string r
    block_storage.primary.checksum_style string rc block|advanced_zoned|mixed
    block_storage.primary.disk_class string rc capacity|performance|archive|solid_state|array|virtual|data_center|capacity_flash
    block_storage.primary.disk_count integer rcu
    block_storage.primary.disk_type string r @9.8 fc|lun|nl_sas|nvme_ssd|sas|sata|scsi|ssd|ssd_cap|ssd_zns|vm_disk
    block_storage.primary.raid_size integer rcu
    block_storage.primary.raid_type string rcu raid_dp|raid_tec|raid0|raid4|mixed_raid_type
    block_storage.storage_type string r @9.11.1 hdd|hybrid|lun|ssd|vmdisk
    cloud_storage.attach_eligible boolean r
    create_time string r
    data_encryption.drive_protection_enabled boolean r
    data_encryption.software_encryption_enabled boolean rcu
    dr_home_node.name string r
    dr_home_node.uuid string r
    home_node.name string r
    home_node.uuid string r
    is_spare_low boolean r @9.11.1
    name string rcu
    node.name string rcu
    node.uuid string rcu
    sidl_enabled boolean rcu @9.11.1
    snaplock_type string rc non_snaplock|compliance|enterprise
    space.block_storage.aggregate_metadata integer r @9.10.1
    space.block_storage.aggregate_metadata_percent integer r @9.10.1
    space.block_storage.available integer r
    space.block_storage.data_compacted_count integer r @9.10.1
    space.block_storage.data_compaction_space_saved integer r @9.10.1
    space.block_storage.data_compaction_space_saved_percent integer r @9.10.1
    space.block_storage.full_threshold_percent integer r
    space.block_storage.inactive_user_data integer r
    space.block_storage.inactive_user_data_percent integer r @9.10.1
    space.block_storage.physical_used integer r @9.9.1
    space.block_storage.physical_used_percent integer r @9.10.1
    space.block_storage.size integer r
    space.block_storage.used integer r
    space.block_storage.used_including_snapshot_reserve integer r @9.10.1
    space.block_storage.used_including_snapshot_reserve_percent integer r @9.10.1
    space.block_storage.used_percent integer r @9.13.1
    space.block_storage.volume_deduplication_shared_count integer r @9.10.1
    space.block_storage.volume_deduplication_space_saved integer r @9.10.1
    space.block_storage.volume_deduplication_space_saved_percent integer r @9.10.1
    space.block_storage.volume_footprints_percent integer r @9.10.1
    space.cloud_storage.used integer r
    space.efficiency.auto_adaptive_compression_savings boolean r @9.12.1
    space.efficiency.cross_volume_background_dedupe boolean r @9.12.1
    space.efficiency.cross_volume_dedupe_savings boolean r @9.12.1
    space.efficiency.cross_volume_inline_dedupe boolean r @9.12.1
    space.efficiency.enable_workload_informed_tsse boolean r @9.13.1
    space.efficiency.logical_used integer r
    space.efficiency.ratio number r
    space.efficiency.savings integer r
    space.efficiency.wise_tsse_min_used_capacity_pct integer r @9.13.1
    space.efficiency_without_snapshots.logical_used integer r
    space.efficiency_without_snapshots.ratio number r
    space.efficiency_without_snapshots.savings integer r
    space.efficiency_without_snapshots_flexclones.logical_used integer r @9.9.1
    space.efficiency_without_snapshots_flexclones.ratio number r @9.9.1
    space.efficiency_without_snapshots_flexclones.savings integer r @9.9.1
    space.footprint integer r
    space.logical_used integer r @9.19.1
    space.logical_used_percent integer r @9.19.1
    space.snapshot.available integer r @9.10.1
    space.snapshot.reserve_percent integer r @9.10.1
    space.snapshot.total integer r @9.10.1
    space.snapshot.used integer r @9.10.1
    space.snapshot.used_percent integer r @9.10.1
    space.total_provisioned_space integer r @9.18.1
    state string rcu online|onlining|offline|offlining|relocating|unmounted|restricted|inconsistent|failed|unknown
    uuid string r
    volume-count integer r @9.11.1
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={"GET": (), "PATCH": ("auto_provision_policy", "simulate", "disk_size")},
    background=("PATCH",),
    expensive=(
        "space.block_storage.inactive_user_data",
        "space.block_storage.inactive_user_data_percent",
        "space.footprint",
        "is_spare_low",
    ),
    sdk=("aggregate", "AggregateSchema"),
)

DISKS = Resource(
    "/storage/disks",
    """
    aggregates[].name string r
    aggregates[].uuid string r
    bay integer r
    bytes_per_sector integer r
    class string r unknown|capacity|performance|archive|solid_state|array|virtual
    container_type string r aggregate|broken|foreign|labelmaint|maintenance|shared|spare|unassigned|unknown|unsupported|remote
        |mediator
    effective_type string r ata|fcal|lun|msata|sas|bsas|ssd|ssd_nvm|ssd_zns|ssd_cap|fsas|vmdisk|unknown
    error[].reason.code string r
    error[].reason.message string r
    error[].type string r
    fips_certified boolean r
    firmware_version string r
    home_node.name string r
    home_node.uuid string r
    local boolean r
    model string r
    name string r
    node.name string ru
    node.uuid string ru
    overall_security string r
    pool string ru pool0|pool1|failed|none
    rated_life_used_percent integer r
    rpm integer r
    self_encrypting boolean r
    serial_number string r
    shelf.uid string r
    state string rcu broken|copy|maintenance|partner|pending|present|reconstructing|removed|spare|unfail|zeroing
    type string r ata|bsas|fcal|fsas|lun|sas|msata|ssd|vmdisk|unknown|ssd_cap|ssd_nvm|ssd_zns
    uid string r
    usable_size integer r
    vendor string r
    """,
    keys=("name",),
    sdk=("disk", "DiskSchema"),
)
