"""Migrations of the sandbox provider's tables."""
