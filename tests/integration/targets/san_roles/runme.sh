#!/usr/bin/env bash
# The playbooks san_provision and san_decommission as users run them, against simulators on sockets: see test_*.py.
set -eux
# More workers than processors: while one play waits for simulated time, another can run.
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_decommission.py test_provision.py
