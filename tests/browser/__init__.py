"""Stories told through a real browser, against real processes.

Chromium drives the project's live server; beside it run the sandbox, a Celery worker
and its beat, as in production, on PostgreSQL and Redis.
"""
