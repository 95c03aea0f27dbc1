#!/usr/bin/env bash
# The playbooks group_snapshot and snapshot_reaper as users run them, on 50 LUNs under write load: see test_group_snapshot.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 2 --durations=5 test_group_snapshot.py
