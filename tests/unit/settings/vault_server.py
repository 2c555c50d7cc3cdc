"""As much of Vault as the cockpit speaks to, on 127.0.0.1."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "s.test-token"


class FakeVault:
    """Three endpoints of the database secrets engine, and what was asked of them."""

    def __init__(self) -> None:
        self.address = ""
        self.renewable = True
        self.next_life = 3600
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.revoked: list[str] = []

    def answer(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any] | None]:
        """Status and body, as Vault's API documentation has them."""
        if path == "/v1/database/creds/deploy":
            data = {"username": "v-deploy-1", "password": "hunter2"}
            lease = {"lease_id": "database/creds/deploy/1", "lease_duration": 3600}
            return 200, lease | {"renewable": self.renewable, "data": data}
        if path == "/v1/sys/leases/renew" and body["lease_id"] not in self.revoked:
            lease = {"lease_id": body["lease_id"], "lease_duration": self.next_life}
            return 200, lease | {"renewable": True}
        if path == "/v1/sys/leases/revoke":
            self.revoked.append(body["lease_id"])
            return 204, None
        if path == "/v1/sys/leases/renew":
            return 400, {"errors": ["lease not found"]}
        return 404, {"errors": []}


@contextmanager
def serving(vault: FakeVault) -> Iterator[FakeVault]:
    """The server on a port of its own, stopped at the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.reply({})

        def do_PUT(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            self.reply(json.loads(self.rfile.read(length)))

        def reply(self, body: dict[str, Any]) -> None:
            vault.asked.append((self.command, self.path, body))
            status, answer = vault.answer(self.path, body)
            if self.headers.get("X-Vault-Token") != TOKEN:
                status, answer = 403, {"errors": ["permission denied"]}
            content = json.dumps(answer).encode() if answer is not None else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Keep the test's output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        vault.address = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield vault
        finally:
            server.shutdown()
            thread.join()
