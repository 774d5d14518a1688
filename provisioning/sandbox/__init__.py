"""The provider, played by us: a stand-alone site that stands in for Clickatell.

It answers the Connect API, the XML messaging API and, for the present-day platform, the
One API as the provider's documents describe them, posts receipts and inbound texts to
whatever address the customer registered, and shows the pages a person would meet at the provider: the activation
mail, the shop for credits, the claim of a US long number, the console of an account,
the portal of the platform, and a phone to read and answer texts on. Its switchboard makes it misbehave on request,
towards everybody or towards one account.

It imports nothing of the rest of the project and shares no code table with our
client: two independent readings of the same documents, joined only by HTTP.
Where the documents are silent the choice made here is marked INFERRED.

Start it with ``python -m provisioning.sandbox --port 8001 --data DIR``.
"""
