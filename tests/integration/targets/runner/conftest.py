# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("cases", "controller")

from controller import Controller  # noqa: E402


@pytest.fixture
def controller(tmp_path: Path) -> Iterator[Controller]:
    """Where jobs are launched."""
    made = Controller(tmp_path)
    yield made
    made.stop()
