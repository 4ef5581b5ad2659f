"""Your program: answers each request with a greeting."""

import http.server
import sys


class Hello(http.server.BaseHTTPRequestHandler):
    """What one request gets."""

    def do_GET(self):
        """Answer."""
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello\n")


http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Hello).serve_forever()
