"""Measurements, run by hand: how fast, how large, how steady. Never part of the tests.

Each is a module that starts the servers it needs in a folder of its own, prints a table
for people, and with `--json` one object as its last line:

    .venv/bin/python -m benchmarks.dispatch  texts a second, beside a bare pipeline
    .venv/bin/python -m benchmarks.scale     what a tick costs as the tables grow
    .venv/bin/python -m benchmarks.soak      whether a worker's memory stays flat

Times depend on the machine and on what else it does meanwhile; every table names both.
"""
