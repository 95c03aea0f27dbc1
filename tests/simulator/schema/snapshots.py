# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots of volumes. Source: API reference and the SDK's description, snapshot."""

from __future__ import annotations

from .notation import Resource

SNAPSHOTS = Resource(
    "/storage/volumes/{volume.uuid}/snapshots",
    """
    comment string rcu
    compress_savings integer r @9.17.1
    create_time datetime r
    dedup_savings integer r @9.17.1
    delta.size_consumed integer r @9.12.1
    delta.time_elapsed string r @9.12.1
    expiry_time datetime rcu
    logical_size integer r @9.12.1
    name string rcu
    owners string[] r @9.7
    provenance_volume.uuid string r @9.11.1
    reclaimable_space integer rcu @9.10.1
    size integer r @9.9.1
    snaplock.expired boolean r @9.15.1
    snaplock.expiry_time datetime rcu @9.15.1
    snaplock.time_until_expiry string r @9.15.1
    snaplock_expiry_time datetime rcu
    snapmirror_label string rcu @9.8
    state string r valid|invalid|partial|unknown|pre_conversion
    svm.name string rcu
    svm.uuid string rcu
    uuid string r
    vbn0_savings integer r @9.17.1
    version_uuid string r @9.11.1
    volume.name string rcu
    volume.uuid string rcu
    """,
    keys=("volume.uuid", "uuid"),
    identity=("volume.uuid", "volume.name", "uuid", "name"),
    methods={"GET": (), "POST": (), "PATCH": (), "DELETE": ()},
    background=("POST", "PATCH", "DELETE"),
    expensive=("reclaimable_space", "delta"),
    sdk=("snapshot", "SnapshotSchema"),
)
