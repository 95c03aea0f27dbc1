#!/usr/bin/env bash
# Reports of runbooks that were run against simulators, opened in a headless Chromium: see test_reports.py.
set -eux
python -m pytest -p no:cacheprovider -q -rA --durations=5 test_reports.py
