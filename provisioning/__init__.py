"""The ground floor: the practice, its account at the SMS provider, its number.

Doors for the floor above: `provisioning.gateway` (send texts, ask their fate, read
receipts and inbound texts) and `provisioning.models`. This package never imports
`reminders`; `provisioning.clickatell` knows no Django at all, and
`provisioning.sandbox` imports nothing of ours.
"""
