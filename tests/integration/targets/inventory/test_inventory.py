# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin under Ansible's own commands, and the rolling maintenance of the documentation over it.

What the plugin does with each of its options is in the unit tests.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
ROOTS = [*Path(__file__).resolve().parents, *map(Path, os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":"))]
ROOT = next(root for root in ROOTS if (root / "ansible_collections/ndo/ontap/tests/integration/playground.py").is_file())
sys.path.insert(0, str(ROOT))

from ansible_collections.ndo.ontap.tests.integration import playground  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

PAGE = ROOT / "ansible_collections/ndo/ontap/docs/inventory.md"
NAMES = ("muc", "ber", "rom")
KEY, PASSWORD = "the-key-of-the-vault", "the-password-of-all-clusters"
SETTINGS = {
    # As AWX and careful people have it: a source that fails is an error.
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true",
    # As Ansible has it by default, but for plugins that none of these sources needs; the other targets need fewer.
    "ANSIBLE_INVENTORY_ENABLED": "host_list,script,auto",
}


class Fleet(playground.Player):
    """Three clusters with the same names in them, and the source of an inventory that names them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clusters = [
            playground.Cluster(Simulator("ha_pair", seed=number, password=PASSWORD, clock=ScaledClock(60)).start())
            for number in range(len(NAMES))
        ]
        (folder / "key").write_text(KEY, encoding="utf-8")
        self.environment = {**playground.QUIET, **SETTINGS, "ANSIBLE_VAULT_PASSWORD_FILE": str(folder / "key")}
        self.vaulted = self.run(["ansible-vault", "encrypt_string", PASSWORD])
        self.source = folder / "fleet.ontap.yml"

    def write(self, **options: Any) -> None:
        """Write the source; all clusters have one account, whose password is in a vault."""
        keys = ("hostname", "port", "ca_path", "username")
        entries = [{"name": name, **{key: one.connection[key] for key in keys}} for name, one in zip(NAMES, self.clusters)]
        found = {"plugin": "ndo.ontap.ontap", "clusters": entries, **options}
        lines = [f"{key}: {json.dumps(value)}" for key, value in found.items()]
        self.source.write_text("\n".join([*lines, f"password: {self.vaulted}"]), encoding="utf-8")

    def run(self, command: list[str]) -> str:
        """What a command says that has to do well, without the password at any verbosity."""
        surroundings = {**os.environ, **self.environment, "ANSIBLE_VERBOSE_TO_STDERR": "true"}
        done = subprocess.run(command, env=surroundings, cwd=self.folder, capture_output=True, text=True, timeout=self.LIMIT, check=False)
        said = done.stdout + done.stderr
        assert done.returncode == 0 and PASSWORD not in said, said
        return done.stdout

    def listed(self) -> str:
        """The inventory as AWX has it listed."""
        return self.run(["ansible-inventory", "-i", str(self.source), "--list", "--export", "-vvvv"])

    def asked(self) -> list[int]:
        """How many requests each cluster has seen since the last time."""
        counts = [len(one.simulator.log.sent()) for one in self.clusters]
        for one in self.clusters:
            one.simulator.log.clear()
        return counts


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    made = Fleet(tmp_path_factory.mktemp("fleet"))
    yield made
    for one in made.clusters:
        one.simulator.stop()


@pytest.fixture(scope="module")
def exported(fleet: Fleet) -> str:
    """The inventory as it was read from the clusters, with references to the login."""
    cache = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(fleet.folder / "cache")}
    fleet.write(credentials="variables", **cache)
    found = fleet.listed()
    assert fleet.asked() == [4, 4, 4]
    return found


def test_a_second_command_asks_nothing_and_shows_the_same_without_a_password(fleet: Fleet, exported: str) -> None:
    assert fleet.listed() == exported
    assert fleet.asked() == [0, 0, 0]
    assert "unsafe" not in exported
    found = json.loads(exported)
    assert found["ontap_ha_pairs"]["hosts"] == [f"ndo-01+ndo-02@{name}" for name in NAMES]
    connection = {key: fleet.clusters[1].connection[key] for key in ("hostname", "port", "ca_path")}
    login = {key: f"{{{{ ontap_{key} }}}}" for key in ("username", "password")}
    assert found["_meta"]["hostvars"]["nas1.svm@ber"]["ontap_connection"] == {**connection, **login}
    assert PASSWORD not in "".join(path.read_text(encoding="utf-8") for path in (fleet.folder / "cache").iterdir())


def rolling() -> str:
    """The playbook of the documentation."""
    (found,) = re.findall(r"^```yaml\n(# rolling\.yml\n.*?)^```$", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    return found


def test_an_exported_inventory_rolls_over_the_pairs_and_stops_at_the_first_that_objects(fleet: Fleet, exported: str) -> None:
    script = fleet.folder / "exported.py"
    script.write_text(f"#!{sys.executable}\nprint({exported!r})\n", encoding="utf-8")
    script.chmod(0o700)
    login = f"ontap_username: {fleet.clusters[0].connection['username']}\nontap_password: {fleet.vaulted}\n"
    variables = fleet.folder / "group_vars"
    variables.mkdir()
    for name in NAMES:
        (variables / f"ontap_cluster_{name}.yml").write_text(login, encoding="utf-8")
    (fleet.folder / "rolling.yml").write_text(rolling(), encoding="utf-8")
    fleet.asked()
    fleet.clusters[1].trigger("disable_ha", "ndo-01")
    run = fleet.finish(fleet.begin(["-i", str(script), "rolling.yml", "--check"], **fleet.environment))
    first, second, _third = (f"ndo-01+ndo-02@{name}" for name in NAMES)
    assert run.failed == {second} and "storage failover" in run.failures[second].lower(), run.output
    played = run.output.partition("PLAY RECAP")[0]
    assert played.rindex(f"[{first}]") < played.index(f"[{second}]")
    assert [asked > 0 for asked in fleet.asked()] == [True, True, False]
    assert [one.writes() for one in fleet.clusters] == [[], [], []]
