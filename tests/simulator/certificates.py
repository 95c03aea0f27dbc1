# Copyright: (c) 2026, ndo.ontap contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate authority of the simulator's own, and what it signs: the server's certificate, and those of clients.

One authority and one server certificate per process and list of names, so that tests start in milliseconds. The files lie in a
directory of their own that goes with the process.
"""

from __future__ import annotations

import atexit
import datetime
import ipaddress
import os
import shutil
import tempfile
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=365)
ALWAYS = ("localhost", "127.0.0.1", "::1")


class Authority:
    """A certificate authority with a directory for its files."""

    def __init__(self) -> None:
        self.directory = tempfile.mkdtemp(prefix="ontap-simulator-")
        atexit.register(shutil.rmtree, self.directory, ignore_errors=True)
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("ONTAP simulator CA")
        certificate = (
            _builder(self._name, self._name, self._key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs=True), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self._identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
        self.path = self._write("ca.pem", certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, common_name: str, names: tuple[str, ...] = ()) -> str:
        """Issue a certificate; returns the path of a file with certificate and key. With names it is one for a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        purpose = ExtendedKeyUsageOID.SERVER_AUTH if names else ExtendedKeyUsageOID.CLIENT_AUTH
        builder = (
            _builder(_name(common_name), self._name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier), critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return self._write(f"{certificate.serial_number:x}.pem", certificate.public_bytes(serialization.Encoding.PEM) + private)

    def _write(self, name: str, content: bytes) -> str:
        path = os.path.join(self.directory, name)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
        return path


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _builder(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.timezone.utc)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@cache
def authority() -> Authority:
    """The authority of this process."""
    return Authority()


@cache
def server_certificate(host: str) -> str:
    """The certificate of a server at this host name or address."""
    names = tuple(dict.fromkeys((*ALWAYS, host)))
    return authority().issue("ontap-simulator", tuple(name for name in names if name and name not in ("0.0.0.0", "::")))


_users = 0


def enter() -> None:
    """A simulator begins to use the certificates of this process."""
    global _users  # noqa: PLW0603 - there is one authority in a process, and this counts who uses it
    _users += 1


def leave() -> None:
    """A simulator has stopped; with the last one the files go, for a process that forks and exits hard runs no atexit."""
    global _users  # noqa: PLW0603 - see enter()
    _users -= 1
    if _users == 0:
        shutil.rmtree(authority().directory, ignore_errors=True)
        authority.cache_clear()
        server_certificate.cache_clear()
