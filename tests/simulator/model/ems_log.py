# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""EMS events of the HA model. Names and severities are those of the EMS reference, except where marked as a choice."""

from __future__ import annotations

from typing import Any

from ..store import Row
from . import ems
from .world import World


def emit(world: World, node: Row, name: str, severity: str, log_message: str, **parameters: Any) -> Row:
    """Write an event that this node reports."""
    return ems.log(world, node["uuid"], name, severity, log_message, **parameters)
