#!/usr/bin/env bash
# The runbook as users run it, against simulators on sockets: see test_timelines.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 4 --durations=5 test_timelines.py
