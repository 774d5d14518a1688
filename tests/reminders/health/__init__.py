"""Health: heartbeats, what waits, what comes back, and who is told."""
