"""The tests: they mirror the packages file for file, and walk whole stories.

`wire.py` plays the network, `servers.py` starts PostgreSQL and Redis, `make.py` makes
rows, `recorded/` holds documents as the provider sent them. Tests in `walks/` tell
one story each, those in `browser/` drive Chromium, and those in `faults/` break things
on purpose.
"""
