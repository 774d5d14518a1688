"""How many parts a text takes on the air, by GSM 03.38 and UCS-2."""

GSM_SINGLE, GSM_PART = 160, 153
UCS2_SINGLE, UCS2_PART = 70, 67

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENDED = frozenset("\f^{}\\[~]|€")


def fits_gsm(text: str) -> bool:
    """Whether every character is in the default alphabet or its extension."""
    return all(sign in GSM_BASIC or sign in GSM_EXTENDED for sign in text)


def as_gsm(text: str) -> str:
    """What arrives when a text is sent in the default alphabet: others become "?"."""
    return "".join(sign if fits_gsm(sign) else "?" for sign in text)


def split(text: str, *, unicode: bool) -> list[str]:
    """The text cut into its parts; a two-unit sign never straddles a cut."""
    single, part = (UCS2_SINGLE, UCS2_PART) if unicode else (GSM_SINGLE, GSM_PART)
    if sum(_units(sign, unicode=unicode) for sign in text) <= single:
        return [text]
    parts = [""]
    room = part
    for sign in text:
        units = _units(sign, unicode=unicode)
        if units > room:
            parts.append("")
            room = part
        parts[-1] += sign
        room -= units
    return parts


def _units(sign: str, *, unicode: bool) -> int:
    """Septets, or 16-bit units, that one character takes."""
    doubled = ord(sign) > 0xFFFF if unicode else sign in GSM_EXTENDED
    return 2 if doubled else 1
