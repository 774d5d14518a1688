"""Tests of the first floor, file for file."""
