"""Tests of the present-day API: documents, codes, callbacks, and what is shown."""
