# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads cloud_maintenance_info and the shared code in the parent process, for all workers; rest.py says why."""

from __future__ import annotations

from ansible_collections.ndo.ontap.plugins.action.rest import ActionModule, preload

__all__ = ["ActionModule"]

preload("cloud_maintenance_info")
