"""Tests of provisioning.oneapi."""
