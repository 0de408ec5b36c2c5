"""The line to the relay with TLS from the start, with STARTTLS, and with a password."""

import datetime
import ipaddress
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from environ import Env

from samenhier.notifications import sending
from samenhier.notifications.models import State
from tests.notifications.sink import Sink
from tests.notifications.test_sending import MORNING, queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that this process trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path / "relay.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


class TlsServer(Controller):
    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def password(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"samen", b"hier")
    return AuthResult(success=good, handled=good)


@pytest.fixture
def serve(certificate: ssl.SSLContext, settings: Any) -> Iterator[Any]:
    running: list[Controller] = []

    def start(scheme: str, user: str = "", **options: Any) -> Sink:
        sink = Sink()
        server = TlsServer(sink, hostname="127.0.0.1", port=0, **options)
        server.start()
        running.append(server)
        for name, value in Env.email_url_config(f"{scheme}://{user}127.0.0.1:{server.port}").items():
            setattr(settings, name, value)
        settings.EMAIL_TIMEOUT = 5
        return sink

    yield start
    for server in running:
        server.stop()


def test_tls_from_the_start(serve: Any, certificate: ssl.SSLContext) -> None:
    sink = serve("smtp+ssl", ssl_context=certificate)
    row = queue()
    assert sending.sweep_outbox(MORNING) == 1
    assert list(sink.copies) == [row.message_id]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_starttls_with_a_password(serve: Any, certificate: ssl.SSLContext) -> None:
    sink = serve(
        "smtp+tls",
        "samen:hier@",
        tls_context=certificate,
        require_starttls=True,
        auth_required=True,
        authenticator=password,
    )
    queue()
    assert sending.sweep_outbox(MORNING) == 1
    assert len(sink.received) == 1


def test_a_wrong_password_fails_nothing(serve: Any, certificate: ssl.SSLContext) -> None:
    sink = serve(
        "smtp+tls", "samen:daar@", tls_context=certificate, auth_required=True, authenticator=password
    )
    row = queue()
    assert sending.sweep_outbox(MORNING) == 0
    row.refresh_from_db()
    assert row.state == State.RETRY
    assert row.last_error == "SMTPAuthenticationError"
    assert not sink.received
