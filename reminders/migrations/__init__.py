"""Schema changes of the first floor, in order."""
