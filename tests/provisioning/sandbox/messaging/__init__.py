"""Tests of the XML messaging API as the sandbox speaks it."""
