"""The outbox, one file for each of its modules."""
