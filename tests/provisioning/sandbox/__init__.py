"""Tests of the provider, played by us, file for file."""
