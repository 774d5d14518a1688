"""The XML messaging API: packets of commands, answered in their order.

``door`` takes the request apart and lets each command in, ``sending`` accepts texts,
``asking`` answers questions about them. Source: "XML API Specification V2.4.9".
"""

from .door import messaging

__all__ = ["messaging"]
