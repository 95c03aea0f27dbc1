# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields of a FlexVol: all that the module volume knows about its attributes.

Options that are dictionaries are fields with a dot in their words here ("autosize.mode"), and dictionaries again in results.
Source of paths, releases and values: API reference, volume.
"""

from __future__ import annotations

import re
from typing import Any

from .errors import InputError
from .fields import NAME_OR_NONE, SET, Codec, Field, size
from .objects import Resource

VOLUMES = "/storage/volumes"

GROUPS = ("autosize", "efficiency")
"""The options that are dictionaries of fields."""

BLOCK = 4096
"""Bytes of a block. Choice: sizes are asked for in whole blocks, and a difference below one is none."""


def whole_blocks(value: Any) -> int:
    """A size in bytes, rounded up to whole blocks."""
    return -(-size(value) // BLOCK) * BLOCK


def same_size(now: int, wanted: int) -> bool:
    """Whether two sizes differ by less than a block."""
    return abs(size(now) - size(wanted)) < BLOCK


def permissions(value: Any) -> str:
    """UNIX permissions as four octal digits.

    A number is refused: YAML reads 0755 as an octal number and 755 as a decimal one, and nobody can tell them apart afterwards.
    """
    if not isinstance(value, str) or not re.fullmatch(r"[0-7]{3,4}", value):
        raise InputError(
            f"unix_permissions: {value!r} is not a text of three or four octal digits.",
            hint='Put the digits in quotes, such as "0755".',
            target="unix_permissions",
        )
    return value.zfill(4)


def covers(now: str, wanted: str) -> bool:
    """Whether a kind of efficiency does what was asked for. Source: API reference: inline and background may be treated as both."""
    return now == wanted or (now == "both" and wanted in ("inline", "background"))


def word_or_none(name: str) -> str:
    """A policy's name where ONTAP calls the absence of one "none" or "-"."""
    return "none" if name in ("", "-") else name


VOLUME_SIZE = Codec(encode=size, same=same_size, normal=whole_blocks)
AGGREGATE = Codec(encode=lambda name: [{"name": name}], decode=lambda refs: refs[0]["name"] if refs else None)
STATE = Codec(encode=lambda online: "online" if online else "offline", decode=lambda state: state == "online")
JUNCTION = Codec(same=lambda now, wanted: now.lower() == wanted.lower())
"""Source: API reference: the case of a junction path does not matter."""

PERMISSIONS = Codec(encode=int, decode=lambda digits: str(digits).zfill(4), normal=permissions)
"""Source: API reference: a number that reads as octal digits."""

POLICY = Codec(decode=word_or_none, normal=word_or_none)
KIND = Codec(same=covers)

MOVE = "Use ndo.ontap.volume_move: it moves the volume while hosts keep working."
COPY = "Create another volume and copy the data."

FIELDS = (
    Field("aggregate", "aggregates", AGGREGATE, immutable=MOVE),
    Field("size", codec=VOLUME_SIZE),
    Field("online", "state", STATE),
    Field("junction_path", "nas.path", JUNCTION),
    Field("comment"),
    Field("space_guarantee", "guarantee.type"),
    Field("snapshot_reserve", "space.snapshot.reserve_percent"),
    Field("fractional_reserve", "space.fractional_reserve", since="9.9.1"),
    Field("snapshot_policy", "snapshot_policy.name", POLICY),
    Field("export_policy", "nas.export_policy.name"),
    Field("security_style", "nas.security_style"),
    Field("unix_permissions", "nas.unix_permissions", PERMISSIONS),
    Field("qos_policy", "qos.policy.name", NAME_OR_NONE),
    Field("tiering_policy", "tiering.policy"),
    Field("tiering_minimum_cooling_days", "tiering.min_cooling_days"),
    Field("autosize.mode"),
    Field("autosize.minimum", codec=VOLUME_SIZE),
    Field("autosize.maximum", codec=VOLUME_SIZE),
    Field("autosize.grow_threshold"),
    Field("autosize.shrink_threshold"),
    Field("efficiency.policy", "efficiency.policy.name", POLICY),
    Field("efficiency.dedupe", codec=KIND),
    Field("efficiency.compression", codec=KIND),
    Field("efficiency.compaction"),
    Field("efficiency.cross_volume_dedupe", codec=KIND),
    # Source: API reference: valid in PATCH and GET only.
    Field("efficiency.compression_type", later=True, since="9.11.1"),
    Field("efficiency.storage_efficiency_mode", since="9.10.1"),
    Field("encrypted", "encryption.enabled"),
    Field("language", immutable=COPY),
    Field("type", immutable=COPY),
    Field("logical_space_reporting", "space.logical_space.reporting"),
    Field("logical_space_enforcement", "space.logical_space.enforcement"),
    Field("snapshot_directory_access", "snapshot_directory_access_enabled", since="9.13.1"),
    Field("tags", "_tags", SET, since="9.13.1"),
)

EMPTY: dict[str, Any] = {"junction_path": "", "comment": "", "qos_policy": "", "tags": []}
"""What it means that ONTAP does not show a field at all."""

WITH_CLONE = ("svm", "name", "type", "comment", "space_guarantee", "qos_policy", "tags", "junction_path")
"""What can be said when a FlexClone is made; everything else is changed afterwards. Source: CLI manual, volume clone create."""

VOLUME = Resource("volume", VOLUMES, (Field("svm", "svm.name"), Field("name")), FIELDS, assigned=(Field("uuid"),), asynchronous=True)


def flattened(params: dict[str, Any]) -> dict[str, Any]:
    """Options with their dictionaries taken apart."""
    inner = {f"{group}.{word}": value for group in GROUPS for word, value in (params.get(group) or {}).items()}
    return {**params, **inner}


def nested(record: dict[str, Any]) -> dict[str, Any]:
    """A record with its dictionaries put together."""
    found: dict[str, Any] = {}
    for option, value in record.items():
        group, dot, word = option.partition(".")
        if dot:
            found.setdefault(group, {})[word] = value
        else:
            found[option] = value
    return found
