"""A real node with TLS, users and roles, and a proxy that knows API keys.

The bare node has the security of the free licence: certificates, users in a file, roles. It cannot issue API keys, as
the index that it would keep them in needs an analyzer that is not there. So a proxy with TLS stands before it, which
takes our keys for users of the node: that a key is sent is seen at the proxy, what it may do the node decides.
"""

import base64
import datetime as dt
import ipaddress
import shutil
import ssl
import subprocess
import threading
from http.client import HTTPSConnection
from http.server import ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.elasticsearch import Node, children, java_home, unprivileged
from tests.services.relay import HOP, Relay

KEYS = {"builder-key": "builder", "searcher-key": "searcher"}  # API key → user and role of the node
PASSWORD = "only-for-this-test"
ROLES = """
builder:
  cluster: [monitor]
  indices:
    - names: ["scout-*"]
      privileges: [read, write, create_index, delete_index, manage]
searcher:
  indices:
    - names: ["scout-*"]
      privileges: [read, view_index_metadata]
"""
_HOP = (*HOP, "authorization")


class SecuredNode(Node):
    """A node that wants to know who asks. ``ca``: the authority of its certificate; ``fingerprint``: of the latter."""

    def __init__(self, name: str) -> None:
        super().__init__(
            name,
            brief=True,
            settings=(
                "xpack.security.enabled=true",
                "xpack.security.http.ssl.enabled=true",
                "xpack.security.http.ssl.key=node.key",
                "xpack.security.http.ssl.certificate=node.crt",
            ),
        )
        self.config = self.data / "config"
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.home / "config", self.config)
        (self.config / "roles.yml").write_text(ROLES)
        self.ca = self.config / "ca.crt"
        self.fingerprint = certify(self.config)
        self.environment = {"ES_PATH_CONF": str(self.config)}
        self._add_users()

    def ready(self) -> bool:
        try:
            return ask(self, "GET", "/_cluster/health?wait_for_status=yellow&timeout=2s", b"", {}, "builder")[0] == 200
        except OSError:
            return False

    def server_pids(self) -> list[int]:
        return children(self.pid)

    def _add_users(self) -> None:
        user = unprivileged()
        if user is not None:
            shutil.chown(self.config, user.pw_uid)
            for path in self.config.rglob("*"):
                shutil.chown(path, user.pw_uid)
        for name in KEYS.values():
            subprocess.run(
                [self.home / "bin" / "elasticsearch-users", "useradd", name, "-p", PASSWORD, "-r", name],
                env={"PATH": "/usr/bin:/bin", "ES_JAVA_HOME": str(java_home()), **self.environment},
                user=None if user is None else user.pw_uid,
                check=True,
                capture_output=True,
            )


def ask(
    node: SecuredNode, method: str, path: str, body: bytes, headers: dict[str, str], user: str
) -> tuple[int, bytes, str]:
    """A request as that user; status, body and its kind."""
    connection = HTTPSConnection(
        "127.0.0.1", node.port, context=ssl.create_default_context(cafile=str(node.ca)), timeout=30
    )
    basic = base64.b64encode(f"{user}:{PASSWORD}".encode()).decode()
    connection.request(method, path, body, {**headers, "Authorization": f"Basic {basic}"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content, answer.headers.get("Content-Type", "")


class KeyProxy:
    """TLS in front of the node; API keys become users, everybody else is refused as the node does it."""

    def __init__(self, node: SecuredNode) -> None:
        class Handler(Relay):
            def handle_one(self) -> None:
                body = self.body()
                user = KEYS.get(self.headers.get("Authorization", "").removeprefix("ApiKey "))
                if user is None:
                    refused = b'{"error":{"type":"security_exception","reason":"unable to authenticate"},"status":401}'
                    self.reply(401, refused)
                    return
                kept = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
                self.reply(*ask(node, self.command, self.path, body, kept, user))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(node.config / "node.crt", node.config / "node.key")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def certify(folder: Path) -> str:
    """An authority and a certificate of it for the loopback address; the SHA-256 of the latter in hex."""
    now = dt.datetime.now(dt.UTC)
    authority, owner = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())

    def signed(name: str, key: ec.EllipticCurvePrivateKey, *, is_ca: bool) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "scout test authority")]))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if not is_ca:
            here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([here]), critical=False)
        return builder.sign(authority, hashes.SHA256())

    certificate = signed("node", owner, is_ca=False)
    for name, made in (("ca.crt", signed("scout test authority", authority, is_ca=True)), ("node.crt", certificate)):
        (folder / name).write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "node.key").write_bytes(
        owner.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate.fingerprint(hashes.SHA256()).hex()
