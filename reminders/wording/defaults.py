"""The texts a new practice starts with, English and Spanish.

They say no more than needed: who writes, when the visit is, what to answer, whom to
call. Each fits one GSM segment with typical names; the Spanish ones are worded so
that no word needs á, í, ó or ú, which that alphabet lacks. The carriers' words
CANCEL, END and QUIT never appear: a patient who answers with one of them is cut off.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a text is for."""

    BOOKING = "booking"
    CONFIRM_REQUEST = "confirm_request"
    SOON = "soon"
    FAMILY = "family"  # two or more visits of one phone on one day
    OPT_OUT_CONFIRMATION = "opt_out_confirmation"  # also for family phones
    OPT_OUT_CONFIRMATION_VISIT = "opt_out_confirmation_visit"  # names what stands
    OPT_IN_CONFIRMATION = "opt_in_confirmation"
    HELP = "help"
    CONFIRMED_THANKS = "confirmed_thanks"
    CHANGE_ACK = "change_ack"
    DECLINE_ACK = "decline_ack"
    TWO_OR_MORE = "two_or_more"  # "which visit do you mean?"


DEFAULT_TEMPLATES: dict[tuple[str, str], str] = {
    (Kind.BOOKING, "en"): (
        "{practice}: {name}, your visit is booked for {day} at {time}. "
        "Call {phone} with questions. HELP for help, STOP to stop texts."
    ),
    (Kind.BOOKING, "es"): (
        "{practice}: {name}, su cita es el {day} a las {time}. "
        "¿Preguntas? {phone}. AYUDA para ayuda, STOP para no recibir mensajes."
    ),
    (Kind.CONFIRM_REQUEST, "en"): (
        "{practice}: {name}, you have a visit {day} at {time}. "
        "Questions? Call {phone}. Reply C to confirm, R to change."
    ),
    (Kind.CONFIRM_REQUEST, "es"): (
        "{practice}: {name}, tiene cita el {day} a las {time}. "
        "¿Preguntas? {phone}. Responda C para confirmar, R para cambiar."
    ),
    (Kind.SOON, "en"): (
        "{practice}: {name}, your visit is {day} at {time}. "
        "If you can't come, please call {phone}."
    ),
    (Kind.SOON, "es"): (
        "{practice}: {name}, su cita es el {day} a las {time}. "
        "Si no puede venir, llame al {phone}."
    ),
    (Kind.FAMILY, "en"): (
        "{practice}, visits on {day}:\n{visits}\n"
        "Who is coming? Reply with the numbers, ALL or NONE. Or call {phone}."
    ),
    (Kind.FAMILY, "es"): (
        "{practice}, citas del {day}:\n{visits}\n"
        "¿Quiénes vienen? Responda 1, 2..., TODOS o NINGUNO. Tel. {phone}"
    ),
    (Kind.OPT_OUT_CONFIRMATION, "en"): (
        "You are unsubscribed from {practice}. No more texts will come. "
        "Call {phone}. START to rejoin."
    ),
    (Kind.OPT_OUT_CONFIRMATION, "es"): (
        "Ya no recibe mensajes de {practice}. Llame al {phone}. START para volver."
    ),
    (Kind.OPT_OUT_CONFIRMATION_VISIT, "en"): (
        "{practice}: no more texts to this number. Your visit {day} {time} is STILL "
        "booked; call {phone} to change. START to rejoin."
    ),
    (Kind.OPT_OUT_CONFIRMATION_VISIT, "es"): (
        "{practice}: ya no recibe mensajes. Su cita del {day} {time} SIGUE en pie; "
        "para cambiarla llame al {phone}. START para volver."
    ),
    (Kind.OPT_IN_CONFIRMATION, "en"): (
        "{practice}: you get texts about your visits, up to 3 a week. Msg & data "
        "rates may apply. HELP for help, STOP to stop texts."
    ),
    (Kind.OPT_IN_CONFIRMATION, "es"): (
        "{practice}: le enviamos avisos de sus citas, hasta 3 por semana. Pueden "
        "aplicarse tarifas. AYUDA para ayuda, STOP para no recibirlos."
    ),
    (Kind.HELP, "en"): (
        "{practice}: texts about your visits. For help call {phone}; in an emergency "
        "call 911. STOP to stop texts."
    ),
    (Kind.HELP, "es"): (
        "{practice}: avisos de sus citas. Para ayuda llame al {phone}; en una "
        "emergencia, al 911. STOP para no recibir mensajes."
    ),
    (Kind.CONFIRMED_THANKS, "en"): (
        "{practice}: thank you, your visit {day} at {time} is confirmed. "
        "To change it, call {phone}."
    ),
    (Kind.CONFIRMED_THANKS, "es"): (
        "{practice}: gracias, su cita del {day} a las {time} queda confirmada. "
        "Para cambiarla, llame al {phone}."
    ),
    (Kind.CHANGE_ACK, "en"): (
        "{practice}: thank you. We will call you about another time. Until then your "
        "visit {day} at {time} stays booked. {phone}"
    ),
    (Kind.CHANGE_ACK, "es"): (
        "{practice}: gracias. Le llamaremos para cambiarla; hasta entonces su cita "
        "del {day} a las {time} sigue en pie. {phone}"
    ),
    (Kind.DECLINE_ACK, "en"): (
        "{practice}: thank you for telling us that you can't come {day} at {time}. "
        "We will call you, or call {phone}."
    ),
    (Kind.DECLINE_ACK, "es"): (
        "{practice}: gracias por avisar que no puede venir el {day} a las {time}. "
        "Le llamaremos, o llame al {phone}."
    ),
    (Kind.TWO_OR_MORE, "en"): (
        "{practice}: which visit do you mean?\n{visits}\n"
        "Reply with the number, ALL or NONE, or call {phone}."
    ),
    (Kind.TWO_OR_MORE, "es"): (
        "{practice}: ¿a qué cita se refiere?\n{visits}\n"
        "Responda 1, 2..., TODAS o NINGUNA, o llame al {phone}."
    ),
}
"""(kind, language) → text. A Kind is a str: ("booking", "en") finds it as well."""
