"""The clock, for the doors of this floor; see `provisioning.clock`."""

from provisioning.clock import now

__all__ = ["now"]
