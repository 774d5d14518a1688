"""One exchange with the provider over HTTP, and the ways it can fail.

What the provider's two interfaces share: ``provisioning.clickatell`` and
``provisioning.oneapi`` stand on it and know nothing of each other. No Django here.

``transport``  the only user of ``requests``: limits, repeats, the wire log
``deadline``   the total time limit of one exchange, kept at the socket
``family``     the six ways a call can fail, and what a code means to us
``reading``    from the codes of an answer to an error, or to the fault of one text
``statuses``   what became of a text, in our words
"""
