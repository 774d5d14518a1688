"""The provider's present-day platform: One API, and its callbacks.

A world apart from the Connect and XML APIs: other accounts, other codes, JSON. The two
meet in the network alone, where texts reach the same phones. ``door`` takes the
requests, ``sending`` accepts texts, ``tables`` has codes and statuses, ``posting``
writes the callbacks. Source: the platform's public pages "One API: Send plain text
message", "One API: Error messages", "Message Status Table", "One API client callbacks".
"""
