#!/usr/bin/env bash
# The playbooks of the flows of groups as users run them, against simulators on sockets: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 2 --durations=5 test_flows.py
