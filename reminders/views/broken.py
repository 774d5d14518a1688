"""What people see when something broke on our side."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.defaults import server_error

# Seconds after which another attempt makes sense.
SOON = "10"


def broken(request: HttpRequest) -> HttpResponse:
    """Answer 503 where the database is away or busy, which passes, and 500 otherwise.

    Django calls this while it handles the exception.
    """
    if isinstance(sys.exc_info()[1], (InterfaceError, OperationalError)):
        page = loader.get_template("503.html").render()
        return HttpResponse(page, status=503, headers={"Retry-After": SOON})
    return server_error(request)
