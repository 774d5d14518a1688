"""Schema changes of the ground floor, in order."""
