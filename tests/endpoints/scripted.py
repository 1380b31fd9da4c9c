"""A server that answers whatever a test wants."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

JSON = "application/sparql-results+json"
ONE = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'


class Scripted(BaseHTTPRequestHandler):
    """Gives the answers of a list, one a request, the last one again and again; remembers the requests."""

    script: list[tuple[int, dict[str, str], bytes]]
    seen: list[tuple[str, dict[str, str], str]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.seen.append((self.path, dict(self.headers.items()), body))
        status, headers, content = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if status == 0:  # hang up
            self.close_connection = True
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass
