#!/usr/bin/env bash
# The runbook as users run it, against the simulator on a socket: see test_runbook.py and test_smb.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 4 --durations=5 test_runbook.py test_smb.py
