"""An authority of the tests' own, and certificates that it signs."""

import ipaddress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

A_DAY = timedelta(days=1)


class Authority:
    """Signs what it is asked to; `path` is the certificate to trust it by."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("An authority")
        self.path = folder / "authority.pem"
        own = self._builder(self._name, self._key.public_key(), A_DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.path.write_bytes(_pem(own.sign(self._key, hashes.SHA256())))

    def certificate(self, address: str, *, ends_in: timedelta = A_DAY) -> Path:
        """A certificate for an IP address, in a file with its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        named = x509.IPAddress(ipaddress.ip_address(address))
        signed = (
            self._builder(_name(address), key.public_key(), ends_in)
            .add_extension(x509.SubjectAlternativeName([named]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        path = self._folder / f"{signed.serial_number}.pem"
        path.write_bytes(secret + _pem(signed))
        return path

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, ends_in: timedelta
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * A_DAY)
            .not_valid_after(now + ends_in)
        )


def _name(of: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, of)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
