"""Tests of the sandbox as a process of its own."""
