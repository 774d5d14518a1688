"""Codes and statuses of the platform, with the HTTP status that comes along.

Source: "One API: Error messages" and "Message Status Table". Apart from 1 and 25, which
were recorded, the descriptions are invented.
"""

ERRORS = {
    "1": "Invalid or missing integration API Key",
    "2": "Account is inactive",
    "3": "Integration is inactive",
    "7": "Originating IP address is not approved for this account",
    "18": "Internal error",
    "19": "Internal error - please retry",
    "20": "Insufficient account balance",
    "21": "Malformed request",
    "22": "Too many messages in the request",
    "23": "Invalid or missing parameter",
    "24": "Message content exceeds the maximum length",
    "25": "Invalid recipient address",
    "26": "Recipient opted out",
    "27": "Recipient not available on this channel",
    "28": "Recipient not on the sandbox list",
    "30": "Invalid media content",
    "31": "Invalid media content type",
    "32": "Media content too large",
    "33": "Media content not found",
    "38": "Channel not active",
    "39": "Channel not available",
    "40": "Invalid character set",
    "41": "Resource not found",
    "42": "Method not allowed",
    "43": "Rate limit exceeded",
    "44": "FROM number suspended",
    "45": "FROM number not related to this integration",
    "46": "Demo period has ended",
    "100": "Message exceeds the maximum number of parts",
    "101": "Two-way messaging not available for this destination",
    "110": "USA: a two-way integration is required",
    "111": "USA: STOP and SUBSCRIBE commands must be switched on",
}

# What the answer to a refused request comes with; all other codes with 400.
HTTP_STATUSES = {"1": 401, "7": 401, "18": 500, "19": 503, "20": 402}
OTHER_HTTP_STATUS = 400

# Refusals of one message among others; all the rest refuse the whole request (INFERRED).
OF_ONE_MESSAGE = frozenset(
    {"23", "24", "25", "26", "27", "28", "40", "44", "45", "100", "101", "110", "111"}
)

# The network's own status codes as this API numbers and names them.
STATUSES = {
    "003": (4, "SENT_TO_SUPPLIER"),
    "004": (5, "DEVICE_ACK"),
    "006": (22, "STOPPED_BY_ADMIN"),
    "007": (23, "DELIVERY_FAILURE"),
    "010": (20, "EXPIRED"),
    "011": (3, "SCHEDULED"),
}
