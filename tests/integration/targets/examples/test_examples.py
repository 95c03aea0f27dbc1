# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows works: the examples of every module, and the playbooks in the documents, are run as they stand.

Each example is run twice. The first run of a writer changes something and the second changes nothing; a reader finds something.
What an example needs before, and which examples are different, is said in surroundings.py.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Callable

import pytest
import yaml
from surroundings import DOCUMENTS, MODULES, RESET, Document, Surroundings

# ansible-test runs targets in a copy that has no collection around it; the collection is where Ansible finds it.
HERE = Path(__file__).resolve().parent
ROOTS = [Path(root) / "ansible_collections" for root in os.environ.get("ANSIBLE_COLLECTIONS_PATH", "").split(":") if root]
COLLECTION = next(root / "ndo" / "ontap" for root in ROOTS if (root / "ndo" / "ontap" / "tests" / "simulator").is_dir())
sys.path.insert(0, str(COLLECTION.parents[2]))

from ansible_collections.ndo.ontap.tests.controller.server import Controller  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.clock import ScaledClock  # noqa: E402
from ansible_collections.ndo.ontap.tests.simulator.server import Simulator  # noqa: E402

SCALE = 300
SLOW = {"groups": 2, "azure": 60}
"""Scenarios in which something lasts for seconds between two tasks: write fences, nodes that wait for their giveback."""

LIMIT = 180
"""Seconds of real time after which a playbook counts as hung."""

LANES = 4
"""Playbooks with examples of modules that run at once."""

Task = dict[str, Any]
OURS = "ndo.ontap."
PRESENT = {path.stem for path in (COLLECTION / "plugins" / "modules").glob("*.py")}
PAGES = [COLLECTION / "README.md", *sorted(COLLECTION.glob("docs/*.md")), *sorted(COLLECTION.glob("roles/*/README.md"))]


def examples(module: str) -> list[Task]:
    """The tasks in the documentation of a module."""
    tree = ast.parse((COLLECTION / "plugins" / "modules" / f"{module}.py").read_text(encoding="utf-8"))
    assigned = {
        node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }
    return yaml.safe_load(ast.literal_eval(assigned["EXAMPLES"]))


def shown() -> Iterator[tuple[str, list[Task]]]:
    """The playbooks and lists of tasks in the documents: where they are, and what they are."""
    for page in PAGES:
        for block in re.findall(r"^ *```yaml\n(.*?)^ *```$", page.read_text(encoding="utf-8"), re.S | re.M):
            parsed = yaml.safe_load(textwrap.dedent(block))
            if isinstance(parsed, list):
                yield f"{page.relative_to(COLLECTION)}: {parsed[0]['name']}", parsed


class Site:
    """Simulated clusters, and a controller that plays on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clusters: dict[str, Simulator] = {}
        self.controller = Controller(["playbooks/health.yml"])
        self.controller.tokens["examples"] = 0
        self.controller.__enter__()

    def access(self, scenario: str) -> dict[str, Any]:
        """The variables by which a play reaches the cluster of a scenario, and its control paths."""
        if scenario not in self.clusters:
            self.clusters[scenario] = Simulator(scenario, clock=ScaledClock(SLOW.get(scenario, SCALE)), imds=True).start()
        one = self.clusters[scenario]
        connection = {"hostname": one.host, "port": one.port, "username": one.username, "password": one.password, "ca_path": one.ca_path}
        return {
            "ontap_connection": connection,
            "control_url": one.control_url,
            "imds_url": one.imds_url,
            "controller_url": self.controller.url,
            "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        }

    def run(self, book: list[Task], *flags: str, hosts: Iterable[str] = ("localhost",)) -> subprocess.CompletedProcess[str]:
        """Run a playbook to its end."""
        path = self.folder / "book.yml"
        path.write_text(json.dumps(book), encoding="utf-8")
        command = ["ansible-playbook", "-i", ",".join(hosts) + ",", "-v", *flags, str(path)]
        environment = {**os.environ, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "false"}
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=LIMIT, check=False)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Site]]:
    """A maker of sites."""
    made: list[Site] = []

    def make() -> Site:
        made.append(Site(tmp_path_factory.mktemp("site")))
        return made[-1]

    yield make
    for place in made:
        place.controller.__exit__()
        for one in place.clusters.values():
            one.stop()


@pytest.fixture(scope="module")
def site(sites: Callable[[], Site]) -> Site:
    """One site for all documents."""
    return sites()


def play(host: str, tasks: list[Task], variables: dict[str, Any]) -> Task:
    """A play of these tasks."""
    defaults = {"group/ndo.ontap.ontap": "{{ ontap_connection }}"}
    how = {"connection": "local", "gather_facts": False, "vars": variables, "module_defaults": defaults}
    return {"name": host, "hosts": host, **how, "tasks": tasks}


def guarded(tasks: list[Task]) -> Task:
    """The tasks, so that a failure does not end the whole run, as it would where no host is left; the recap tells."""
    return {"name": "What is shown", "block": tasks, "rescue": [{"name": "Go on with the next", "ansible.builtin.debug": {}}]}


@pytest.fixture(scope="module")
def told(sites: Callable[[], Site]) -> dict[str, str]:
    """What runs of the examples said, by module; several at once, each on a site of its own, because examples wait a lot."""
    lanes = [(sites(), sorted(MODULES)[lane::LANES]) for lane in range(LANES)]
    books = [[played(module, place) for module in modules] for place, modules in lanes]
    with ThreadPoolExecutor(LANES) as pool:
        said = list(pool.map(tell, lanes, books))
    return {module: text for one in said for module, text in one.items()}


def played(module: str, site: Site) -> Task:
    """The play of the examples of a module, on a host of its own; the first of a scenario starts its cluster."""
    about = MODULES[module]
    tasks = [*about.given]
    for example in examples(module):
        tasks += [about.before[example["name"]]] if example["name"] in about.before else []
        tasks += twice(example, about)
    return play(module, [RESET, guarded(tasks)], site.access(about.scenario))


def tell(lane: tuple[Site, list[str]], book: list[Task]) -> dict[str, str]:
    """What a run of plays says, by module, with the line of the recap at the end."""
    site, modules = lane
    done = site.run(book, hosts=modules)
    *plays, recap = re.split(r"^PLAY (?=\[|RECAP)", done.stdout, flags=re.M)
    said = {text[1 : text.index("]")]: text for text in plays[1:]}
    return {module: f"{said.get(module, done.stdout + done.stderr)}\n{line(recap, module)}" for module in modules}


def line(recap: str, host: str) -> str:
    """What the recap of a run says about a host."""
    return next((text for text in recap.splitlines() if text.split(":")[0].strip() == host), "")


def twice(example: Task, about: Surroundings) -> list[Task]:
    """An example, and the same again; each fails when it does not do what it should."""
    name, result = example["name"], example.get("register", "result")
    module = next((key[len(OURS) :] for key in example if key.startswith(OURS)), None)
    if module is None:
        return [example]
    if name in about.more:
        example = {**example, OURS + module: {**example[OURS + module], **about.more[name]}}
    first, second = about.changes(name)
    if module.endswith("_info") or module == "evacuation_plan" or (module == "rest" and "method" not in example[OURS + module]):
        found = f"{result}.records | default([1]) | length {'==' if name in about.empty else '>'} 0"
        return [expecting(example, result, f"{result} is not changed and {found}")]
    runs = [expecting(example, result, f"{result} is {'' if first else 'not '}changed")]
    if not example.get("check_mode"):
        runs.append({**expecting(example, result, f"{result} is {'' if second else 'not '}changed"), "name": f"{name} (again)"})
    return runs


def expecting(example: Task, result: str, term: str) -> Task:
    """An example that fails when this does not hold of its result; one that says itself when it fails is left to that."""
    return {"failed_when": f"{result} is failed or not ({term})", **example, "register": result}


def test_every_module_has_surroundings_and_they_speak_of_its_examples() -> None:
    assert set(MODULES) == PRESENT
    for module, about in MODULES.items():
        assert about.named <= {example["name"] for example in examples(module)}, module


def test_what_is_said_of_documents_is_about_what_they_show() -> None:
    assert set(DOCUMENTS) <= {block[0]["name"] for _place, block in shown()}


# The playbooks run once for all modules, so runme.sh keeps these tests in one process.
@pytest.mark.parametrize("module", sorted(MODULES))
def test_examples_of_a_module_work(module: str, told: dict[str, str]) -> None:
    assert any(OURS + module in example for example in examples(module))
    assert re.search(r" ok=[1-9].* failed=0 .* rescued=0 ", told[module].splitlines()[-1]), told[module]


@pytest.mark.parametrize("block", [pytest.param(block, id=place) for place, block in shown()])
def test_playbooks_of_the_documents_work(block: list[Task], site: Site) -> None:
    about = DOCUMENTS.get(block[0]["name"], Document())
    if not about.run:
        return
    variables = site.access("ha_pair")
    plays = block if "hosts" in block[0] else [play("localhost", block, variables)]
    done = site.run([play("localhost", [RESET, *about.given], variables), *plays], "-e", json.dumps(variables), *about.flags)
    assert done.returncode == 0, done.stdout + done.stderr
