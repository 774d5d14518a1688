"""`manage.py check --deploy`: what is missing for production, in words."""

from provisioning import checks


def ids(found):
    return sorted({message.id for message in found})


def test_it_refuses_the_keys_that_are_in_the_source(settings):
    settings.SECRET_KEY = settings.INSECURE_KEY
    settings.CREDENTIAL_KEYS = [settings.INSECURE_CREDENTIAL_KEY]
    assert ids(checks.secrets_are_set()) == ["provisioning.E002", "provisioning.E003"]


def test_it_is_content_with_secrets_of_ones_own(settings):
    settings.SECRET_KEY = "x" * 60
    settings.CREDENTIAL_KEYS = ["y" * 44]
    assert checks.secrets_are_set() == []


def test_it_refuses_the_sandbox_and_plain_http(settings):
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    settings.CONNECT_URL = "http://127.0.0.1:8001/connect/"
    settings.CONNECT_TOKEN = ""
    assert ids(checks.provider_is_the_real_one()) == [
        "provisioning.E004",
        "provisioning.E005",
        "provisioning.E006",
    ]


def test_it_is_content_with_the_real_provider(settings):
    settings.SANDBOX_URL = ""
    settings.BASE_URL = "https://frontdesk.example.org"
    settings.CONNECT_URL = "https://connect.clickatell.com/"
    settings.MESSAGING_URL = "https://api.clickatell.com/xml/xml"
    settings.ONE_API_URL = "https://platform.clickatell.com/"
    settings.CONNECT_TOKEN = "0" * 32
    assert checks.provider_is_the_real_one() == []
