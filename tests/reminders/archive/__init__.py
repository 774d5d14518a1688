"""The archive: what moves, what stays, and the files it is read back from."""
