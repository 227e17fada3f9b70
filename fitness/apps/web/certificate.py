"""Makes a self-signed certificate, and finds the addresses at which a phone can reach this machine."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName

_DAYS: Final = 30
"""Validity of the certificate; a server that runs longer must be restarted."""


def make_certificate(folder: Path, addresses: Sequence[str], now: datetime) -> tuple[Path, Path]:
    """Write a new key (readable by the user only) and certificate for `addresses`; returns (certificate, key).

    Args:
        folder: private folder, must exist.   addresses: IP addresses and names.   now: with its offset.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fitness on this network")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectAlternativeName([_alternative(one) for one in addresses]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate_path, key_path = folder / "certificate.pem", folder / "key.pem"
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    descriptor = os.open(key_path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return certificate_path, key_path


def _alternative(address: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(address.strip("[]")))
    except ValueError:
        return x509.DNSName(address)


def network_addresses() -> tuple[str, ...]:
    """IPv4 addresses at which other machines can reach this one, most likely first; empty without a network.

    Connecting a UDP socket sends nothing; it only shows which address the system would use. If all addresses can be
    listed (on Linux, or by the machine's own name), those of other networks follow.
    """
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        with suppress(OSError):
            probe.connect(("192.0.2.1", 9))  # a documentation address (RFC 5737)
            found.append(str(probe.getsockname()[0]))
        found += _of_interfaces(probe)
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    return tuple(dict.fromkeys(one for one in found if not ipaddress.ip_address(one).is_loopback))


def _of_interfaces(opened: socket.socket) -> list[str]:
    """The address of each network interface (netdevice(7), SIOCGIFADDR)."""
    if not sys.platform.startswith("linux"):
        return []
    import fcntl

    found = []
    for _, name in socket.if_nameindex():
        with suppress(OSError):  # the interface has no address
            answer = fcntl.ioctl(opened.fileno(), 0x8915, name.encode().ljust(256, b"\0"))
            found.append(socket.inet_ntoa(answer[20:24]))
    return found


def qr_text(address: str) -> str:
    """A QR code of `address` as lines of block characters for a terminal."""
    import io

    import segno

    out = io.StringIO()
    segno.make(address, error="l").terminal(out, compact=True)
    return out.getvalue()
