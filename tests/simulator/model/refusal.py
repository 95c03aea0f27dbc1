# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the model raises when ONTAP would refuse: an HTTP status, ONTAP's code, its words, and the field at fault."""

from __future__ import annotations


class Refusal(Exception):
    """A request that ONTAP refuses. `code` is a string, as in the API's own error object."""

    def __init__(self, status: int, code: str, message: str, target: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.target = target
