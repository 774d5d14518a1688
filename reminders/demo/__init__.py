"""Frontdesk shown at work: the demo that people try, the journey that proves it.

Both run the real processes beside the provider's sandbox and go through the pages as
a person would; nothing of the product knows that they are there.

- `premises`: the folder, keys, ports and settings that one run has to itself
- `supervisor`: starts the processes, watches them, stops every one of them
- `browser`, `outside`: the person at the screen; their mailbox and everybody's phone
- `scene`, `signup`, `desk`, `journey`: the story, from registration to the last reply
- `cast`, `practice`, `visits`, `history`: the demo practice, and what happened there
- `spending`: what was on its account meanwhile
"""
