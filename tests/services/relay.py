"""What proxies before a real search node have in common: how they answer, and what they do not pass on."""

from http.server import BaseHTTPRequestHandler

HOP = ("connection", "host", "content-length", "accept-encoding")  # headers of one stretch of the way
KIND = "application/vnd.elasticsearch+json;compatible-with=9"


class Relay(BaseHTTPRequestHandler):
    """A handler that answers every method by ``handle_one``."""

    protocol_version = "HTTP/1.1"

    def handle_one(self) -> None:
        """Answer a request by ``reply``."""
        raise NotImplementedError

    def do_GET(self) -> None:
        self.handle_one()

    do_POST = do_PUT = do_DELETE = do_GET

    def body(self) -> bytes:
        """What was sent."""
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status: int, content: bytes, kind: str = KIND) -> None:
        """Send an answer as the node does."""
        self.send_response(status)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""
