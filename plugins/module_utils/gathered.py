# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The words in which the info modules tell about SVMs, aggregates, volumes and snapshots.

Source of fields, of the releases that have them, and of what is expensive (`extra`): API reference.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean

from .client import Client, dig
from .fields import Codec
from .gather import Joined, Kind, Selector, Word
from .selection import plain_text, size_text
from .snapshots import SNAPSHOT, utc
from .volume_fields import FIELDS, GROUPS, VOLUMES

NAMES_OF = Codec(decode=lambda refs: [ref["name"] for ref in refs])
TIME = Codec(decode=utc)
ONLY_NAME = Codec(decode=lambda refs: refs[0]["name"] if len(refs) == 1 else None)
SVM = Word("svm", "svm.name")
IN_SVM = Selector("svm", "svm.name")


def parts(**paths: str) -> Codec:
    """Several fields below one as a dict: the playbook's word and the path of each."""
    return Codec(decode=lambda value: {word: dig(value, path) for word, path in paths.items()})


def below(head: str, *paths: str) -> tuple[str, ...]:
    """The full names of fields below one."""
    return tuple(f"{head}.{path}" for path in paths)


# -- SVMs ----------------------------------------------------------------------------------------------------------------

PROTOCOLS = ("nfs", "cifs", "iscsi", "fcp", "nvme")


def enabled_protocols(record: dict[str, Any]) -> list[str]:
    """The protocols that an SVM serves."""
    return [name for name in PROTOCOLS if dig(record, f"{name}.enabled")]


def iscsi_targets(client: Client) -> dict[str, Any]:
    """The iSCSI target name of each SVM that has one, by the SVM's uuid."""
    services = client.records("/protocols/san/iscsi/services", ["svm.uuid", "target.name"])
    return {dig(one, "svm.uuid"): dig(one, "target.name") for one in services}


SVM_KIND = Kind(
    "/svm/svms",
    (
        Word("name"),
        Word("uuid"),
        Word("state"),
        Word("subtype"),
        Word("protocols", "", Codec(decode=enabled_protocols), asks=tuple(f"{name}.enabled" for name in PROTOCOLS)),
        Word("aggregates", "aggregates", NAMES_OF, asks=("aggregates.name",), query="aggregates.name", many=True),
        Word("ipspace", "ipspace.name"),
        Word("language"),
        Word("comment"),
        Word("snapshot_policy", "snapshot_policy.name"),
        Word("volumes_in_recovery_queue", "number_of_volumes_in_recovery_queue@9.13.1", extra=True),
        Joined("iscsi_target", iscsi_targets),
    ),
    always=("name", "uuid"),
)

# -- aggregates ----------------------------------------------------------------------------------------------------------

SPACE = "space.block_storage."
DISKS = "block_storage.primary."

AGGREGATE_KIND = Kind(
    "/storage/aggregates",
    (
        Word("name"),
        Word("uuid"),
        Word("node", "node.name"),
        Word("home_node", "home_node.name"),
        Word("state"),
        Word("size", SPACE + "size", say=size_text),
        Word("used", SPACE + "used", say=size_text),
        Word("available", SPACE + "available", say=size_text),
        Word("used_percent", SPACE + "used_percent@9.13.1"),
        Word("physical_used", SPACE + "physical_used@9.9.1", say=size_text, extra=True),
        Word("efficiency_ratio", "space.efficiency.ratio", extra=True),
        Word("volume_count", "volume-count@9.11.1"),
        Word("disk_class", DISKS + "disk_class"),
        Word("disk_count", DISKS + "disk_count"),
        Word("raid_type", DISKS + "raid_type"),
        Word("mirrored", "block_storage.mirror.enabled"),
        Word("encrypted", "data_encryption.software_encryption_enabled"),
        Word("snaplock", "snaplock_type"),
        Word("create_time", codec=TIME),
    ),
    (Selector("node", "node.name"), Selector("home_node", "home_node.name")),
    always=("name", "uuid"),
)

# -- volumes -------------------------------------------------------------------------------------------------------------

CHEAP = {"aggregate", "size", "online", "comment", "snapshot_policy", "export_policy", "tiering_policy", "language", "type"}
"""The options of the module volume that cost ONTAP nothing extra to tell."""

CLONE = {"parent_svm": "parent_svm.name", "parent_volume": "parent_volume.name", "parent_snapshot": "parent_snapshot.name"}
CLONE_CODEC = parts(**CLONE, split_complete_percent="split_complete_percent")
MOVEMENT = ("state", "percent_complete", "cutover_window", "start_time")


def _clone(value: dict[str, Any]) -> Any:
    """Where a clone comes from; null for a volume that is none."""
    return CLONE_CODEC.decode(value) if dig(value, "parent_volume.name") else None


def _online_text(value: Any) -> str:
    return "online" if boolean(value) else "!online"


VOLUME_OWN: dict[str, dict[str, Any]] = {
    "aggregate": {"codec": ONLY_NAME, "asks": ("aggregates.name",), "query": "aggregates.name"},
    "size": {"say": size_text},
    "online": {"say": _online_text},
    "unix_permissions": {"say": lambda value: plain_text(value).lstrip("0") or "0"},
    "tags": {"many": True},
}
"""What a reader adds to the fields of the module volume; a FlexGroup has no one aggregate."""


def _group(name: str) -> Word:
    """The word of an option of the module volume that is a dictionary."""
    members = [(field.option.partition(".")[2], field) for field in FIELDS if field.option.startswith(name + ".")]
    codec = Codec(decode=lambda record: {word: field.read(record) for word, field in members})
    return Word(name, "", codec, asks=tuple(f"{field.path}@{field.since or ''}" for _word, field in members), extra=True)


VOLUME_KIND = Kind(
    VOLUMES,
    (
        SVM,
        Word("name"),
        Word("uuid"),
        *(Word.of(one, **{"extra": one.option not in CHEAP, **VOLUME_OWN.get(one.option, {})}) for one in FIELDS if "." not in one.option),
        *(_group(name) for name in GROUPS),
        Word("aggregates", "aggregates", NAMES_OF, asks=("aggregates.name",), query="aggregates.name", many=True, extra=True),
        Word("style"),
        Word("state"),
        Word("used", "space.used", say=size_text),
        Word("available", "space.available", say=size_text),
        Word("used_percent", "space.percent_used@9.9.1", extra=True),
        Word("physical_used", "space.physical_used@9.10.1", say=size_text, extra=True),
        Word("logical_used", "space.logical_space.used@9.9.1", say=size_text, extra=True),
        Word("snapshot_used", "space.snapshot.used", say=size_text, extra=True),
        Word("snapshot_count", "snapshot_count@9.10.1", extra=True),
        Word("efficiency_state", "efficiency.state@9.9.1", extra=True),
        Word("snaplock", "snaplock.type", extra=True),
        Word("is_clone", "clone.is_flexclone"),
        Word("clone", codec=Codec(decode=_clone), asks=below("clone", *CLONE.values(), "split_complete_percent"), query="", extra=True),
        Word(
            "movement",
            codec=parts(**{name: name for name in MOVEMENT}, destination_aggregate="destination_aggregate.name"),
            asks=below("movement", "state", "percent_complete", "cutover_window", "start_time@9.9.1", "destination_aggregate.name"),
            query="",
            extra=True,
        ),
        Word("is_svm_root", extra=True),
        Word("create_time", codec=TIME),
    ),
    (IN_SVM, Selector("aggregate", "aggregates.name"), Selector("uuid", "uuid")),
)

# -- snapshots -----------------------------------------------------------------------------------------------------------

SNAPSHOT_KIND = Kind(
    SNAPSHOT.path,
    (
        *(Word.of(field) for field in (*SNAPSHOT.identity, *SNAPSHOT.assigned, *SNAPSHOT.fields)),
        Word("volume_uuid", "volume.uuid"),
        Word("owners", many=True),
        Word("size", "size@9.9.1", say=size_text),
        Word("state"),
        Word("snaplock_expiry_time", codec=TIME, extra=True),
        Word("reclaimable_space", "reclaimable_space@9.10.1", say=size_text, extra=True),
    ),
    (IN_SVM, Selector("volume", "volume.name"), Selector("volume_uuid", "volume.uuid")),
    always=("svm", "volume", "name", "uuid"),
)
