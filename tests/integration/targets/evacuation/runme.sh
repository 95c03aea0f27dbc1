#!/usr/bin/env bash
# The playbooks volume_relocate and aggregate_evacuate as users run them, against simulators on sockets: see test_*.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_evacuate.py test_relocate.py test_paths.py
