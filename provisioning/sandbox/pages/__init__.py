"""Pages for people: the provider's own, and our fake phone, mailbox and switchboard.

``public``       what this site is, the terms, the mailbox, the activation link
``buying``       the shop for credits
``two_way``      the claim of a US long number and its reply path
``console``      the customer's account, behind user name and password
``portal``       integrations of the present-day platform: key, number, money, callbacks
``phone``        any phone in the world, to read and answer texts on
``switchboard``  making the provider misbehave
"""
