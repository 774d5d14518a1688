"""Tests of reminders.plan: a file a module, a table of instants, and what always holds."""
