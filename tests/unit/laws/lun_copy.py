# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies of LUNs: begun, within an SVM and between two, joined, slowed down, resumed, cancelled."""

from __future__ import annotations

from typing import Any

from .row import Row, done

PATH = "/vol/san1_vol1a/law"
COPY: dict[str, Any] = {"svm": "san1", "source": {"lun": PATH}, "name": "/vol/san1_vol2b/copy"}
ACROSS: dict[str, Any] = {"svm": "san2", "source": {"svm": "san1", "lun": "/vol/vol2/lun1"}, "name": "/vol/vol2/copy"}
MIB = 1024**2


def made(lab: Any) -> None:
    """There is a LUN with data that takes two seconds to copy."""
    done(lab, "lun", svm="san1", name=PATH, size="10GiB", os_type="linux")
    row = next(row for row in lab.world.store.each("luns") if row["name"] == PATH)
    row["space"]["used"] = 512 * MIB


def copying(lab: Any) -> None:
    """Its copy is under way, and slow."""
    made(lab)
    done(lab, "lun_copy", **COPY, max_throughput="20MiB", wait=False)
    lab.advance(10)


def stopped(lab: Any) -> None:
    """An error has stopped its copy."""
    copying(lab)
    lab.trigger("fail_transfer", path=COPY["name"])


def peered(lab: Any) -> None:
    """The two SVMs are peers."""
    body = {"svm": {"name": "san2"}, "peer": {"svm": {"name": "san1"}}, "applications": ["lun_copy", "snapmirror"]}
    done(lab, "rest", method="POST", path="svm/peers", body=body)


POLLS: dict[str, Any] = {"polls": True}

ROWS = [
    Row("copy a LUN", "lun_copy", COPY, ["copy"], given=made, **POLLS),
    Row("copy a LUN under its own name", "lun_copy", {**COPY, "name": None, "volume": "san1_vol2b"}, ["copy"], given=made, **POLLS),
    Row(
        "copy a LUN that is named as OpenStack does",
        "lun_copy",
        {"source": {"lun": f"san1:{PATH}"}, "volume": "ndo@san#san1:san1_vol2b", "name": "copy"},
        ["copy"],
        given=made,
        **POLLS,
    ),
    Row("copy a LUN slowly", "lun_copy", {**COPY, "max_throughput": "100MiB"}, ["copy"], given=made, **POLLS),
    Row("slow the copy of a LUN down", "lun_copy", {**COPY, "max_throughput": "10MiB"}, ["throttle"], given=copying, **POLLS),
    Row("resume the copy of a LUN after an error", "lun_copy", {**COPY, "resume": True}, ["resume"], given=stopped, **POLLS),
    Row("copy a LUN to a peer", "lun_copy", ACROSS, ["copy"], given=peered, scenario="san", calls=3, **POLLS),
    Row(
        "make a peer and copy a LUN to it",
        "lun_copy",
        {**ACROSS, "create_peer": True},
        ["create_peer san1", "copy"],
        scenario="san",
        # Four of them look at the job that makes the peer.
        calls=9,
        **POLLS,
    ),
    Row("cancel the copy of a LUN", "lun_copy", {**COPY, "state": "absent"}, ["cancel"], given=copying),
]
