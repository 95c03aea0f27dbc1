#!/usr/bin/env bash
# What the documentation shows is run against a simulator on a socket: see test_examples.py.
set -eux
# The examples of all modules are one playbook, which keeps one core busy; the playbooks of the documents run beside it.
python -m pytest -p no:cacheprovider -q -rA --durations=5 -k examples_of_a_module test_examples.py > "$OUTPUT_DIR/modules.txt" 2>&1 &
modules=$!
status=0
python -m pytest -p no:cacheprovider -q -rA -n 2 --durations=5 -k "not examples_of_a_module" test_examples.py || status=1
wait "$modules" || status=1
cat "$OUTPUT_DIR/modules.txt"
exit "$status"
