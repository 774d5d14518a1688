"""The set-up's doors: GET shows, POST acts, `state` answers polls from our database.

Each view fetches the owner's account, runs one act of `provisioning.wizard` and
answers; the provider's refusals come back on the field they belong to.

- `door`: who may come in
- `ways`: the choice of ways in, and what they share
- `start`: the first page, which needs no account yet; `existing`: for those who have one
- `captcha`: the picture on any form, and the page for whoever reads it for the owner
- `pages`: the pages of the table, and their polls
- `hood`: what is new under the hood
- `errors`: every code of the provider's, to look up
- `confirmed`: one's own password first
- `answering`: a page with one form
- `press`: the buttons of a table: their forms, and what pressing one comes to
- `account`: the account as it stands
- `disconnect`: letting go of the account
- `people`: who works here; `join`: the page behind an invitation's link
- `password`: the provider's password: shown, typed anew, forgotten
"""
