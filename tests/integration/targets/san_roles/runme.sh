#!/usr/bin/env bash
# The playbooks san_provision and san_decommission as users run them, against simulators on sockets: see test_*.py.
set -eux
# A play on one site keeps one core busy, so the two files run side by side.
python -m pytest -p no:cacheprovider -q -rA --durations=5 test_provision.py > "$OUTPUT_DIR/provision.txt" 2>&1 &
provision=$!
status=0
python -m pytest -p no:cacheprovider -q -rA --durations=5 test_decommission.py || status=1
wait "$provision" || status=1
cat "$OUTPUT_DIR/provision.txt"
exit "$status"
