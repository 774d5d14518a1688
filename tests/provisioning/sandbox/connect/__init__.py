"""Tests of the Connect API as the sandbox speaks it."""
