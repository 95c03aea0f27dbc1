#!/usr/bin/env bash
# The playbook node_evacuate as users run it, against simulators on sockets: see test_node_evacuate.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_node_evacuate.py
