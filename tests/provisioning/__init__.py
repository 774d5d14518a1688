"""Tests of the ground floor, file for file."""
