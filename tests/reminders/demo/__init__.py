"""The demo and the journey: their parts, and the whole story in this process."""
