# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fixture of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.utils.collection_loader import AnsibleCollectionConfig
from ansible.utils.display import Display

from ansible_collections.ndo.ontap.plugins.module_utils import waiting
from ansible_collections.ndo.ontap.tests.unit.fleet_place import Clock, Place


@pytest.fixture
def place(tmp_path: Path, monkeypatch: Any) -> Iterator[Place]:
    if AnsibleCollectionConfig.collection_finder is None:
        pytest.skip("Ansible's loader of collections is not installed in this process; ansible-test installs it")
    for name in ("USERNAME", "PASSWORD", "HOSTNAME", "PORT", "CA_PATH", "CERT_FILEPATH"):
        monkeypatch.delenv(f"ONTAP_{name}", raising=False)
    made = Place(tmp_path, Clock())
    monkeypatch.setattr(waiting, "clock", made.clock)
    monkeypatch.setattr(Display, "warning", lambda _self, text, *_args, **_more: made.warnings.append(text))
    monkeypatch.setattr(
        Display, "error_as_warning", lambda _self, msg, exception, **_more: made.warnings.append(f"{msg} {exception}"), raising=False
    )
    yield made
    for one in made.clusters.values():
        one.stop()
