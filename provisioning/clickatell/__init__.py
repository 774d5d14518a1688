"""The wire, our side: everything we say to Clickatell and hear from it.

Knows no Django and no Celery: the standard library, ``requests`` and ``lxml`` only.
The floor above comes in through ``provisioning.gateway``; nothing else imports this.

``connect``    the Connect API: sign a practice up, activate, connect, buy
``messaging``  the XML messaging API: send texts, ask after them, the balance
``callbacks``  delivery receipts and inbound texts, from the bytes posted to us
``transport``  the only user of ``requests``: limits, repeats, the wire log
``deadline``   the total time limit of one exchange, kept at the socket
``envelope``   the only user of ``lxml``: documents out strictly, in tolerantly
``masking``    what the wire log may show
``values``     fields read out of answers nobody may trust
``types``      what goes in and comes out; ``errors`` what goes wrong

Phone numbers are digits without a plus here, as on the wire.
"""
