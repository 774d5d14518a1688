"""Tests of the wire: documents, codes, and what a network does to an exchange."""
