"""What each page of the wizard does: ask the provider, save, move on.

Every step can be entered again at any time. Before a call that the provider does not
take twice (`register`), a step looks in the wire log for an earlier one whose outcome
was never learned, and asks the provider what became of it. All raise ProviderError;
`Busy` means that another tab, device or click is at it this very moment, `TooSoon` that
the last mail or code is only just on its way.

`by` is the person who acts, None for the watcher. No transaction is open here: the
wire is slow, and stage moves are conditional (`provisioning.stages`).
"""

from provisioning.steps.activation import (
    check_email,
    check_mobile,
    look_again,
    resend_email,
    send_code,
    verify_mobile,
)
from provisioning.steps.connection import (
    InDoubt,
    adopt_connection,
    connect,
    connection_in_doubt,
    receipt_address,
    text_address,
)
from provisioning.steps.existing import take_up
from provisioning.steps.key import portal_address, replace_key, take_key
from provisioning.steps.leaving import disconnect
from provisioning.steps.number import (
    buy_page,
    claim_number,
    correct_number,
    give_up_number,
    known_numbers,
    mobile_to_test,
    number_page,
    settle_credits,
    start_test,
)
from provisioning.steps.pace import TooSoon
from provisioning.steps.password import (
    forgot_password,
    replace_password,
)
from provisioning.steps.registration import (
    Details,
    find_registration,
    new_username,
    register,
)
from provisioning.steps.turn import Busy, is_stopped
from provisioning.steps.watching import next_look, ward_off_lock, watch

__all__ = [
    "Busy",
    "Details",
    "InDoubt",
    "TooSoon",
    "adopt_connection",
    "buy_page",
    "check_email",
    "check_mobile",
    "claim_number",
    "connect",
    "connection_in_doubt",
    "correct_number",
    "disconnect",
    "find_registration",
    "forgot_password",
    "give_up_number",
    "is_stopped",
    "known_numbers",
    "look_again",
    "mobile_to_test",
    "new_username",
    "next_look",
    "number_page",
    "portal_address",
    "receipt_address",
    "register",
    "replace_key",
    "replace_password",
    "resend_email",
    "send_code",
    "settle_credits",
    "start_test",
    "take_key",
    "take_up",
    "text_address",
    "verify_mobile",
    "ward_off_lock",
    "watch",
]
