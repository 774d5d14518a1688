"""The provider's present-day API, our side: a sibling of ``provisioning.clickatell``.

Accounts of this platform and of Developers' Central are separate worlds. Knows no
Django: the standard library and ``provisioning.exchange`` only.

``messaging``  send texts, ask after one, the balance
``callbacks``  delivery receipts and inbound texts, from the bytes posted to us
``document``   the only reader and writer of JSON here: values nobody may trust
``masking``    what the wire log may show
``errors``     codes and statuses, each with what it means to us
``types``      what goes in and comes out

Sources: the provider's public pages "One API: Send plain text message", "One API: Error
messages", "Message Status Table", "One API client callbacks". Phone numbers are digits
without a plus here, as on the wire.
"""
