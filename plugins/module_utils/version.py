# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster's ONTAP release, and what needs which release.

The version is asked for only when an option that needs one is used, once per task.
"""

from __future__ import annotations

from typing import Any

from .errors import UnsupportedRelease


def parse(text: str) -> tuple[int, int, int]:
    """ "9.12.1" as (9, 12, 1), the way ONTAP counts generation, major and minor."""
    parts = [int(part) for part in text.split(".")]
    return (parts[0], parts[1], parts[2] if len(parts) > 2 else 0)


def of_record(version: dict[str, Any]) -> tuple[int, int, int]:
    """The release in a `version` object of the API (generation, major, minor)."""
    return (int(version.get("generation", 0)), int(version.get("major", 0)), int(version.get("minor", 0)))


def show(release: tuple[int, int, int]) -> str:
    """(9, 12, 1) as "9.12.1"."""
    return ".".join(str(part) for part in release)


def require(release: tuple[int, int, int], needs: dict[str, str]) -> None:
    """Stop when the release lacks one of the things named: {"option override_vetoes": "9.14.1"}."""
    lacking = [f"{what} needs ONTAP {since}" for what, since in needs.items() if release < parse(since)]
    if lacking:
        raise UnsupportedRelease(
            f"The cluster runs ONTAP {show(release)}: {'; '.join(lacking)}.", hint="Leave it out, or upgrade the cluster first."
        )
