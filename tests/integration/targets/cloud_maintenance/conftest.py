# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import Playground


@pytest.fixture
def playground(tmp_path: Path) -> Iterator[Playground]:
    """Where sites are made and playbooks run."""
    made = Playground(tmp_path)
    yield made
    made.stop()
