# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: python3 -m tests.simulator --scenario NAME_OR_FILE ..."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import threading
from typing import Any

from . import scenarios
from .schema import parse_version
from .server import Simulator


def arguments(argv: list[str] | None = None) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="python3 -m tests.simulator", description="Serve a simulated ONTAP cluster until told to stop.")
    parser.add_argument("--scenario", default="ha_pair", help=f"one of {', '.join(scenarios.NAMES)}, or a JSON file")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=0, help="port to listen on; 0 takes a free one")
    parser.add_argument("--http", action="store_true", help="plain HTTP instead of HTTPS")
    parser.add_argument("--time-scale", type=float, default=1.0, help="simulated seconds per second; 0: only control paths move time")
    parser.add_argument("--ontap-version", type=parse_version, default=(9, 16, 1), help="release to simulate, such as 9.16.1")
    parser.add_argument("--ready-file", help="JSON file that says where to reach the simulator; it is there while that listens")
    parser.add_argument("--seed", type=int, default=0, help="seed of the uuids")
    parser.add_argument("--username", default="admin", help="name of the cluster administrator")
    parser.add_argument("--password", default=os.environ.get("SIMULATOR_PASSWORD"), help="the password; default: a random one")
    parser.add_argument("--control", action="store_true", help="serve the control paths under /simulator")
    parser.add_argument("--svm-account", action="store_true", help="add an account vsadmin that is confined to the first SVM")
    parser.add_argument("--client-ca", help="file with the certificate authority of client certificates")
    parser.add_argument("--imds", action="store_true", help="serve scheduled events of Azure too, by plain HTTP")
    parser.add_argument("--imds-port", type=int, default=0, help="port for them; 0 takes a free one")
    return parser.parse_args(argv)


def description(simulator: Simulator, svm: tuple[str, str] | None) -> dict[str, Any]:
    """What the ready file says."""
    facts: dict[str, Any] = {
        "url": simulator.url,
        "host": simulator.host,
        "port": simulator.port,
        "scheme": simulator.scheme,
        "username": simulator.username,
        "password": simulator.password,
        "ca_path": simulator.ca_path,
        "control_url": simulator.control_url,
        "imds_url": simulator.imds_url,
        "pid": os.getpid(),
    }
    if svm:
        facts["svm_account"] = {"username": svm[0], "password": svm[1]}
    return facts


def write_ready(path: str, facts: dict[str, Any]) -> None:
    """Write the ready file so that nobody sees half of it, and only the owner reads it."""
    folder = os.path.dirname(os.path.abspath(path))
    handle, name = tempfile.mkstemp(dir=folder, prefix=".ready-")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(facts, stream, indent=2)
    os.chmod(name, 0o600)
    os.replace(name, path)


def main(argv: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT."""
    options = arguments(argv)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    try:
        simulator = Simulator(
            options.scenario,
            time_scale=options.time_scale,
            version=options.ontap_version,
            seed=options.seed,
            host=options.host,
            port=options.port,
            tls=not options.http,
            username=options.username,
            password=options.password,
            control=options.control,
            client_ca=options.client_ca,
            imds=options.imds,
            imds_port=options.imds_port,
        )
        simulator.start()
    except (ValueError, OSError) as problem:
        sys.stderr.write(f"the simulator cannot start: {problem}\n")
        return 2
    facts = description(simulator, simulator.svm_account() if options.svm_account else None)
    sys.stdout.write(f"{options.scenario} at {simulator.url}, user {simulator.username}\n")
    sys.stdout.flush()
    try:
        if options.ready_file:
            write_ready(options.ready_file, facts)
        stop.wait()
    finally:
        if options.ready_file and os.path.exists(options.ready_file):
            os.remove(options.ready_file)
        simulator.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
