"""The inbox, one file for each of its modules."""
