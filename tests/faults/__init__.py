"""Faults: workers are killed, the broker loses everything, the provider falls silent.

Real processes, real servers, and a provider that notes every text before it answers.
After each story the ledger is compared with those notes: `tests.faults.ledger` names
the seven things that have to hold, I1 to I7.

`ROWS` says for each fault what breaks and which files tell of it; a story names its
fault in its docstring, and `tests/test_house.py` compares the two. `./run soak` tells
those that are marked `soak` many times over, at other instants each time.
"""

ROWS: dict[str, tuple[str, ...]] = {
    # Our processes
    "E1": ("killed after the provider took a text", "instants", "embedded"),
    "E2": ("killed between claim and send", "instants", "embedded"),
    "E3": ("killed or cut off while recording", "instants", "database"),
    "E33": ("asked to end with texts on their way", "deploy"),
    "E35": ("a child out of memory", "memory"),
    "E24": ("a worker that stands still and goes on", "instants"),
    "E22": ("many beats, workers and versions", "many", "deploy", "embedded"),
    "E23": ("many claim the same rows", "many"),
    # What they stand on
    "E4": ("the broker is down or silent", "broker"),
    "E5": ("the broker is emptied", "broker", "embedded"),
    "E6": ("the broker is full", "broker"),
    "E7": ("the database crashes", "database"),
    "E8": ("the database is locked", "database", "embedded"),
    "E9": ("an old snapshot is held", "database"),
    "E32": ("a disk is full", "disk"),
    "E34": ("tables change under load", "deploy"),
    # Clocks
    "E20": ("a machine's clock jumps", "clock"),
    "E21": ("the clocks change, and the law about them", "daylight"),
    # The provider
    "E10": ("the provider fails or is too busy", "provider", "client"),
    "E11": ("the provider is not there", "provider", "client"),
    "E12": ("the provider takes a text and is silent", "provider", "client"),
    "E13": ("answers are partial, repeated, in another order", "answers"),
    "E14": ("answers are garbage", "answers", "client"),
    "E15": ("answers never end", "answers", "client"),
    "E16": ("answers and callbacks are hostile XML", "client", "callbacks"),
    "E17": ("another server answers", "client", "provider"),
    "E18": ("callbacks repeat, race and get lost", "callbacks", "receipts"),
    "E19": ("a flood of callbacks", "callbacks"),
    "E25": ("credit runs out midway", "credit"),
    "E26": ("an account is frozen or has another password", "credit"),
    # The data
    "E27": ("a patient opts out while a text waits", "changes"),
    "E28": ("a visit moves or goes while a text waits", "changes"),
    "E29": ("reminders are late", "late"),
    "E30": ("one practice has very much to send", "noise"),
    "E31": ("a text that cannot be sent", "noise", "client"),
}
