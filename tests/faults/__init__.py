"""Faults: workers are killed, the broker loses everything, the provider falls silent.

Real processes, real servers, and a provider that notes every text before it answers.
After each story the ledger is compared with those notes (`tests.faults.ledger`).
"""
