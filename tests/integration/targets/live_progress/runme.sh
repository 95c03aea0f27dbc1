#!/usr/bin/env bash
# What operators see on their terminal while tasks wait, in every way in which a module can run: see test_live_progress.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA -n 3 --durations=5 test_live_progress.py
