# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The nodes. Source: API reference and the SDK's description, node.

The two fields with the flag h are not published; clients read them by name.
"""

from __future__ import annotations

from .notation import Resource

NODES = Resource(
    "/cluster/nodes",
    """
    cluster_interfaces[].ip.address string r
    cluster_interfaces[].name string r
    cluster_interfaces[].uuid string r
    controller.board string r @9.9.1
    controller.failed_fan.count integer r @9.9.1
    controller.failed_fan.message.code string r @9.9.1
    controller.failed_fan.message.message string r @9.9.1
    controller.failed_power_supply.count integer r @9.9.1
    controller.failed_power_supply.message.code string r @9.9.1
    controller.failed_power_supply.message.message string r @9.9.1
    controller.memory_size integer r @9.9.1
    controller.over_temperature string r over|normal
    date datetime r @9.7
    ha.auto_giveback boolean rcu
    ha.auto_giveback_of boolean rcu @9.17.1
    ha.enable_takeover_of boolean r @9.17.1
    ha.enabled boolean rcu
    ha.giveback.failure.code integer r @9.7
    ha.giveback.failure.message string r @9.7
    ha.giveback.state string r @9.7 nothing_to_giveback|not_attempted|in_progress|failed
    ha.giveback.status[].aggregate.name string r @9.11.1
    ha.giveback.status[].aggregate.uuid string r @9.11.1
    ha.giveback.status[].error.code string r @9.11.1
    ha.giveback.status[].error.message string r @9.11.1 shutdown|not_homes_partner|not_sfo|failed_limbo|offline_failed|migrating|veto
        |communication_err|online_timeout|online_failed|hdd_to_aff_dest
    ha.giveback.status[].state string r @9.11.1 done|failed|in_progress|not_started|nothing_to_giveback|failed_bdfu_source
        |failed_bdfu_dest|delayed_bdfu_source|delayed_bdfu_dest|running_checks
    ha.giveback_of.failure.code integer r @9.19.1
    ha.giveback_of.failure.message string r @9.19.1
    ha.giveback_of.state string r @9.19.1 nothing_to_giveback|not_attempted|in_progress|failed
    ha.giveback_of_possible boolean r @9.19.1
    ha.interconnect.adapter string r @9.11.1
    ha.interconnect.state string r @9.11.1 down|up
    ha.partners[].name string r @9.8
    ha.partners[].uuid string r @9.8
    ha.ports[].number integer r @9.8
    ha.ports[].state string r @9.7 down|initialized|armed|active|reserved
    ha.takeover.failure.code integer r @9.7
    ha.takeover.failure.message string r @9.7
    ha.takeover.state string r @9.7 not_possible|not_attempted|in_takeover|in_progress|failed
    ha.takeover_check.reasons string[] r @9.14.1
    ha.takeover_check.takeover_possible boolean r @9.14.1
    ha.takeover_of.failure.code integer r @9.19.1
    ha.takeover_of.failure.message string r @9.19.1
    ha.takeover_of.state string r @9.19.1 not_possible|not_attempted|taken_over|in_progress|failed
    ha.takeover_of_possible boolean r @9.19.1
    ha.type string r @9.17.1 shared_storage|non_shared_storage
    hw_assist.status.enabled boolean r @9.11.1
    hw_assist.status.local.ip string r @9.11.1
    hw_assist.status.local.port integer r @9.11.1
    hw_assist.status.local.state string r @9.11.1 active|inactive
    hw_assist.status.partner.ip string r @9.11.1
    hw_assist.status.partner.port integer r @9.11.1
    hw_assist.status.partner.state string r @9.11.1 active|inactive
    is_spares_low boolean r @9.10.1
    location string rcu
    management_interfaces[].ip.address string r
    management_interfaces[].name string r
    management_interfaces[].uuid string r
    membership string r available|joining|member
    metrocluster.custom_vlan_capable boolean r @9.8
    metrocluster.ports[].name string r @9.8
    metrocluster.type string r @9.8 fc|fc_2_node|ip
    model string r
    name string rcu
    nvram.battery_state string r @9.9.1 battery_ok|battery_partially_discharged|battery_fully_discharged|battery_not_present
        |battery_near_end_of_life|battery_at_end_of_life|battery_unknown|battery_over_charged|battery_fully_charged
    nvram.id integer r @9.9.1
    owner string rcu @9.9.1
    serial_number string r
    state string r @9.7 up|booting|down|taken_over|waiting_for_giveback|degraded|unknown
    storage_configuration string r @9.9.1 unknown|single_path|multi_path|mixed_path|quad_path|single_path_ha|multi_path_ha
        |mixed_path_ha|quad_path_ha|tri_path@9.14.1|tri_path_ha@9.14.1|virtual@9.14.1
    system_aggregate.name string rcu @9.14.1
    system_aggregate.uuid string rcu @9.14.1
    system_id string r @9.7
    system_machine_type string r @9.7
    uptime integer r
    uuid string r
    vendor_serial_number string r @9.7
    version.full string r
    version.generation integer r
    version.major integer r
    version.minor integer r
    vm.provider_type string r @9.7 GoogleCloud|AWS_S3|Azure_Cloud
    is_all_flash_optimized boolean h
    is_all_flash_select_optimized boolean h
    """,
    keys=("uuid",),
    identity=("uuid", "name"),
    methods={
        "GET": (),
        "PATCH": (
            "action",
            "shutdown_reboot_reason",
            "allow_data_outage",
            "allow_version_mismatch",
            "override_vetoes",
            "service_processor.action",
            "service_processor.firmware_image",
        ),
    },
    background=("PATCH",),
    sdk=("node", "NodeSchema"),
)
