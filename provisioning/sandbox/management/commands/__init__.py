"""Management commands of the sandbox site."""
