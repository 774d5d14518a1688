"""The wire, our side: everything we say to Clickatell and hear from it.

Knows no Django and no Celery: the standard library, ``lxml`` and
``provisioning.exchange`` only. The floor above comes in through
``provisioning.gateway``; nothing of it imports this.

``connect``    the Connect API: sign a practice up, activate, connect, buy
``messaging``  the XML messaging API: send texts, ask after them, the balance
``callbacks``  delivery receipts and inbound texts, from the bytes posted to us
``envelope``   the only user of ``lxml``: documents out strictly, in tolerantly
``masking``    what the wire log may show
``values``     fields read out of answers nobody may trust
``types``      what goes in and comes out; ``errors`` what goes wrong

Phone numbers are digits without a plus here, as on the wire.
"""
