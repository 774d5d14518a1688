"""Tests of what both interfaces of the provider stand on."""
