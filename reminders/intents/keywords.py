"""Words that count wherever carriers or courts say so: stop, help, not my number.

Entries are lower case, without accents or apostrophes ("cant", "si"), the way
`reading` leaves them. Several ways to say one thing are spread out from columns.
"""

from __future__ import annotations

from reminders.intents.meanings import Intent, Words, as_words, spread

# --- Carriers' words: the whole message, spaces or not ------------------------------

KEYWORDS: dict[str, tuple[Intent, str]] = {
    **dict.fromkeys(
        ("stop", "stopall", "unsubscribe", "end", "quit", "revoke", "optout", "remove"),
        (Intent.OPT_OUT, ""),
    ),
    **dict.fromkeys(("arret", "td"), (Intent.OPT_OUT, "")),  # on Canadian lists
    **dict.fromkeys(
        ("alto", "pare", "parar", "detener", "baja", "nomas", "nomasmensajes"),
        (Intent.OPT_OUT, "es"),
    ),
    "cancel": (Intent.OPT_OUT_CANCEL, ""),
    "cancelar": (Intent.OPT_OUT_CANCEL, "es"),
    "start": (Intent.OPT_IN, ""),
    "unstop": (Intent.OPT_IN, ""),
    "comenzar": (Intent.OPT_IN, "es"),
    "help": (Intent.HELP, ""),
    "info": (Intent.HELP, ""),
    "ayuda": (Intent.HELP, "es"),
}
"""Word → intent, and the language if the word shows it."""

_AFTER_STOP = frozenset(
    {"texting", "text", "texts", "messaging", "message", "messages", "msgs", "phone"}
    | {"sending", "send", "contacting", "reminders", "me", "us", "this", "these"}
    | {"the", "all", "any", "my", "to", "number", "now", "please", "thanks", "thank"}
    | {"you", "it", "calling", "bothering", "spamming"}
)
CUT_OFF_TAIL: dict[Words, frozenset[str]] = {
    ("stop",): _AFTER_STOP,
    ("unsubscribe",): _AFTER_STOP,
}
"""First word → what may follow it in a message that is still nothing but an opt-out."""


# --- Inside a sentence: words in this order, close together -------------------------

STOP_TEXTING: dict[str, list[Words]] = {
    "en": as_words(
        [
            *spread(
                ("stop", "quit"),
                ("texting", "messaging", "sending", "contacting", "calling"),
            ),
            *spread(("stop", "quit"), ("texts", "messages", "reminders", "bothering")),
            *spread(
                ("dont", "do not", "never"),
                ("text", "message", "contact", "send"),
                ("me", "us", "this"),
            ),
            *spread(("dont want", "do not want"), ("texts", "messages", "reminders")),
            *spread(("no more",), ("texts", "messages", "texting", "reminders")),
            *spread(("remove", "take", "delete"), ("me off", "me from", "my number")),
            *("remove me", "opt out", "opt me out", "unsubscribe", "lose my number"),
            *("leave me alone", "leave us alone"),
        ]
    ),
    "es": as_words(
        [
            *spread(
                ("no me", "no nos"),
                ("manden", "mande", "envien", "envie", "escriban", "escriba"),
            ),
            *spread(("deje de", "dejen de"), ("mandar", "mandarme", "enviar")),
            *spread(("deje de", "dejen de"), ("enviarme", "escribir", "escribirme")),
            *spread(("no quiero",), ("mensajes", "textos", "recordatorios")),
            *spread(("no mas",), ("mensajes", "textos", "recordatorios")),
            *("quiteme", "quitenme", "borre mi numero", "borren mi numero"),
        ]
    ),
}

WRONG_PERSON: dict[str, list[Words]] = {
    "en": as_words(
        [
            *spread(("wrong",), ("number", "person", "phone")),
            *spread(("no one", "nobody", "noone"), ("by that name", "with that name")),
            *("not my appointment", "dont know anyone", "do not know anyone"),
        ]
    ),
    "es": as_words(["numero equivocado", "persona equivocada", "nadie con ese nombre"]),
}

TURNED_ROUND: frozenset[str] = frozenset(
    {"dont", "not", "never", "cant", "wont", "did", "didnt", "nunca"}
)
"""Just before a pattern, these make it say something else."""

REACTIONS: frozenset[Words] = frozenset(
    as_words(
        [
            *("liked", "loved", "disliked", "laughed at", "emphasized", "questioned"),
            *("le gusto", "le encanto", "le dio risa", "enfatizo", "no le gusto"),
            *spread(("👍", "❤", "😂", "😮", "😢", "👎", "‼"), ("to", "a")),
        ]
    )
)
"""What phones put before the quotation when somebody taps a heart or a thumb."""
