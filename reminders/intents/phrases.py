"""The phrases a whole message is made of, in English and Spanish, by what they mean."""

from __future__ import annotations

from reminders.intents.keywords import KEYWORDS
from reminders.intents.meanings import Intent, Meaning, Words, as_words, spread

# --- Whole messages, phrase by phrase -----------------------------------------------

_VISIT_EN = (
    *("", "it"),
    *spread(("my", "the", "our", "this"), ("appointment", "appt", "apt", "visit")),
)
_TIME_EN = (*_VISIT_EN, *spread(("my", "the", "our"), ("time", "date", "day")))
_VISIT_ES = ("", *spread(("mi", "la", "nuestra", "esta"), ("cita", "visita")))
_TIME_ES = (*_VISIT_ES, *spread(("la", "el"), ("hora", "fecha", "dia")))
_WISH_EN = (
    "",
    *spread(("", "i", "we"), ("need to", "have to", "want to", "would like to")),
    *("id like to", "wed like to", "i must", "we must"),
    *spread(("can", "could", "may"), ("i", "we", "you")),
)
_WISH_ES = (
    *("", "necesito", "necesitamos", "quiero", "queremos", "quisiera", "tengo que"),
    *("puedo", "podemos", "puede", "podria", "me gustaria", "deseo"),
)

_CONFIRM_EN = [
    *("yes", "yep", "yeah", "yup", "yea", "yess", "sure", "of course", "for sure"),
    *(
        "sounds good",
        "that works",
        "will do",
        "yes i can",
        "works for me",
        "absolutely",
        "definitely",
    ),
    *("c to confirm", "c for confirm", "see you then", "see you there", "see u then"),
    *spread(("ill", "i will", "well", "we will", "will"), ("be there",)),
    *spread(("i", "we"), ("can make it", "can be there", "can come")),
    *("im coming", "i am coming", "were coming", "we are coming"),
    *spread(
        ("", "i", "we", "im", "i am", "id like to", "i want to"),
        ("confirm", "confirmed", "confirming"),
        _VISIT_EN,
    ),
]
_CONFIRM_ES = [
    *("si", "claro", "claro que si", "por supuesto", "de acuerdo", "esta bien"),
    *("vale", "asi es", "correcto", "si voy", "si vamos", "confirma"),
    *spread(("", "si"), ("asistire", "asistiremos", "ire", "iremos")),
    *spread(("", "si"), ("voy a ir", "vamos a ir")),
    *spread(("ahi", "alli", "alla"), ("estare", "estaremos")),
    *spread(("confirmo", "confirmamos"), ("asistencia", "mi asistencia")),
    *spread(
        ("confirmo", "confirmamos", "confirmado", "confirmada", "confirmar"), _VISIT_ES
    ),
]
_CHANGE_EN = [
    *spread(_WISH_EN, ("reschedule", "change", "move", "postpone"), _TIME_EN),
    *spread(
        ("", "i need", "need", "we need", "id like", "can i have", "can i get"),
        ("a different", "another"),
        ("time", "day", "date", "appointment"),
    ),
    *("r to change", "r for change"),
]
_CHANGE_ES = [
    *spread(_WISH_ES, ("cambiar", "mover", "reprogramar", "posponer"), _TIME_ES),
    *spread(("cambie", "reprograme", "mueva"), _TIME_ES[1:]),
    *spread(
        ("", "necesito", "quiero"), ("otra", "otro"), ("hora", "fecha", "dia", "cita")
    ),
]
_DECLINE_EN = [
    *("nope", "nah"),
    *spread(_WISH_EN, ("cancel",), _VISIT_EN),
    *("canceled", "cancelled", "i canceled", "i cancelled", "not coming"),
    *spread(("im", "i am", "were", "we are"), ("not coming",)),
    *spread(
        ("", "i", "we"),
        ("cant", "cannot", "can not", "wont", "will not", "wont be able to"),
        ("make it", "come", "come in", "attend", "be there", "make my appointment"),
    ),
    *spread(
        ("", "im", "i am", "were", "we are", "will be", "ill be"),
        ("not able to", "unable to"),
        ("make it", "come", "come in", "attend", "be there", "make my appointment"),
    ),
]
_DECLINE_ES = [
    *spread(
        ("no puedo", "no podemos", "no podre", "no podremos", "no voy a poder"),
        ("", "ir", "asistir", "llegar", "venir", "ir a la cita", "ir a mi cita"),
    ),
    *("no voy a ir", "no voy", "no ire", "no asistire", "cancelado", "cancelada"),
    *spread(_WISH_ES, ("cancelar",), _VISIT_ES),
    *spread(("cancele", "cancelen", "cancelo"), _VISIT_ES),
]
_COURTESY_EN = [
    *("hi", "hello", "hey", "dear", "please", "pls", "plz", "maam", "sir", "doctor"),
    *spread(("good",), ("morning", "afternoon", "evening", "day")),
    *spread(("thanks", "thank you", "thank u"), ("", "so much", "very much", "again")),
    *("thx", "ty", "tks", "great", "perfect", "awesome", "wonderful", "excellent"),
    *("sorry", "im sorry", "i am sorry", "im so sorry", "god bless", "god bless you"),
    *spread(("sent from my",), ("iphone", "phone", "galaxy")),
    *spread(("have a",), ("good", "great", "nice", "blessed"), ("day", "one")),
]
_COURTESY_ES = [
    *("hola", "por favor", "porfavor", "porfa", "perfecto", "excelente", "muy bien"),
    *("buenos dias", "buen dia", "buenas", "buenas tardes", "buenas noches"),
    *spread(("", "muchas", "mil"), ("gracias",)),
    *("lo siento", "perdon", "disculpe", "bendiciones", "nos vemos", "senorita"),
]

_BY_MEANING: list[tuple[Meaning, list[str]]] = [
    (Meaning(Intent.CONFIRM), ["c", "y", "ok", "okay", "k", "kk", "1"]),
    (Meaning(Intent.CONFIRM), ["👍", "👌", "✅", "✔", "☑", "🆗"]),
    (Meaning(Intent.CONFIRM, "en"), _CONFIRM_EN),
    (Meaning(Intent.CONFIRM, "es"), _CONFIRM_ES),
    (Meaning(Intent.CHANGE), ["r", "2"]),
    (Meaning(Intent.CHANGE, "en"), _CHANGE_EN),
    (Meaning(Intent.CHANGE, "es"), _CHANGE_ES),
    (Meaning(Intent.DECLINE), ["n", "no", "x", "👎", "❌"]),
    # "No. 3" may be a number; "no 1" and "no 2" are turned round below.
    (Meaning(Intent.UNCLEAR), spread(("no",), "3456789")),
    (Meaning(Intent.DECLINE, "en"), _DECLINE_EN),
    (Meaning(Intent.DECLINE, "es"), _DECLINE_ES),
    # A carrier's word with a "please" beside it is still that word.
    (Meaning(Intent.OPT_OUT), ["stop", "stop all", "quit", "unsubscribe", "opt out"]),
    (Meaning(Intent.PAUSE), ["stpo", "sotp", "stopp", "sto"]),
    (Meaning(Intent.PAUSE, "en"), spread(("no", "dont", "do not"), ("text", "texts"))),
    (Meaning(Intent.OPT_OUT, "es"), ["alto", "pare", "parar", "baja", "no mas"]),
    (Meaning(Intent.OPT_IN), ["start", "unstop"]),
    (Meaning(Intent.HELP, "en"), ["help", "info"]),
    (Meaning(Intent.HELP, "es"), ["ayuda"]),
    (Meaning(None, "en"), _COURTESY_EN),
    (Meaning(None, "es"), _COURTESY_ES),
    (Meaning(None), ["😊", "🙂", "😀", "😁", "😃", "🙏", "❤", "♥", "💕", "😘", "🥰"]),
]

_SAID: dict[Words, Meaning] = {
    words: meaning for meaning, phrases in _BY_MEANING for words in as_words(phrases)
}

# "No need to cancel", "no cambiar": straight before any of these, unless somebody
# begins to speak of themselves ("no I can't come"), a no turns them round.
_SPEAKING = frozenset(
    {"i", "im", "id", "ill", "we", "wed", "were", "cant", "cannot", "can", "could"}
    | {"wont", "will", "not", "unable"}
)
_ANSWERS = frozenset({Intent.CONFIRM, Intent.CHANGE, Intent.DECLINE})
_TURNED_ROUND = {
    ("no", *words): Meaning(Intent.UNCLEAR, meaning.language)
    for words, meaning in _SAID.items()
    if meaning.intent in _ANSWERS and words[0] not in _SPEAKING
}

PHRASES: dict[Words, Meaning] = {**_TURNED_ROUND, **_SAID}
LONGEST_PHRASE: int = max(map(len, PHRASES))


# --- Two or more visits in question -------------------------------------------------

ALL_OF_THEM = as_words(["all", "all of them", "everyone", "todos", "todas"])
BOTH_OF_THEM = as_words(
    ["both", "both of them", "ambos", "ambas", "las dos", "los dos"]
)
NONE_OF_THEM = as_words(
    [
        "none",
        "none of them",
        "neither",
        "no one",
        "nobody",
        "ninguno",
        "ninguna",
        "nadie",
    ]
)
CONNECTING = frozenset(
    as_words(
        ["and", "y", "for", "to", "just", "only", "solo", "para", "number", "numero"]
    )
)


# --- Typing -------------------------------------------------------------------------

CORRECTABLE: tuple[str, ...] = (
    *("confirm", "confirmed", "confirming", "confirmo", "confirmado", "confirmar"),
    *("reschedule", "appointment", "cancel", "cancelled", "cancelar", "unsubscribe"),
    *("reprogramar", "definitely", "absolutely"),
)
"""Words worth recognising with one slip of the finger; the first that fits wins."""

NOT_MISSPELT: frozenset[str] = frozenset(
    {"cancer", "conform", *KEYWORDS, *(word for words in PHRASES for word in words)}
)
"""Words one slip away from a key word that are what they say."""


# --- Which language it is -----------------------------------------------------------

_ENGLISH = frozenset(
    {"the", "i", "im", "you", "my", "is", "are", "it", "this", "that", "to", "at"}
    | {"for", "and", "can", "will", "do", "what", "when", "where", "not", "dont"}
    | {"yes", "please", "thanks", "thank", "appointment", "text", "texts", "stop"}
)
_SPANISH = frozenset(
    {"el", "la", "los", "las", "que", "de", "mi", "es", "en", "por", "para", "con"}
    | {"pero", "puedo", "cuando", "donde", "como", "hora", "cita", "si", "gracias"}
    | {"hola", "favor", "quiero", "manana", "tarde", "tal", "vez", "se", "lo"}
)


def guess_language(words: Words) -> str:
    """ "en" or "es", whichever has more of its small words in it; "" if neither."""
    english = sum(word in _ENGLISH for word in words)
    spanish = sum(word in _SPANISH for word in words)
    if english == spanish:
        return ""
    return "en" if english > spanish else "es"
