"""A test suite in Python that has a sandbox of its own: `python3 -m unittest`.

It needs the program `sahod` on the PATH, or its path in SANDBOX_PROGRAM, and nothing but the standard library. With
SANDBOX_RECORDING it runs against that recording instead: the same tests, the same answers.
"""

import base64
import hashlib
import hmac
import json
import os
import queue
import subprocess
import threading
import unittest
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Sandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        program = os.environ.get("SANDBOX_PROGRAM", "sahod")
        recording = os.environ.get("SANDBOX_RECORDING")
        # Its standard input is a pipe that this process holds: when the tests end, however they end, the sandbox does, too.
        cls.process = subprocess.Popen(
            [program, "replay", recording] if recording else [program, "sandbox"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        cls.sahod = json.loads(cls.process.stdout.readline())

    @classmethod
    def tearDownClass(cls):
        cls.process.communicate(timeout=30)

    def call(self, method, path, body=None):
        """Calls the API as your server does; what it answers as `data`."""
        pair = f"{self.sahod['apiKey']}:{self.sahod['apiSecret']}".encode()
        request = urllib.request.Request(
            self.sahod["sandboxUrl"] + path,
            method=method,
            data=json.dumps(body).encode() if body is not None else None,
            headers={
                "Authorization": "Basic " + base64.b64encode(pair).decode(),
                "Content-Type": "application/json",
            },
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)["data"]

    def receiver(self, secret):
        """A receiver of webhooks: its address, and the queue of what it took."""
        events = queue.Queue()

        class Hooks(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                expected = hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()
                signed = hmac.compare_digest(expected, self.headers.get("Smile-Signature", ""))
                self.send_response(204 if signed else 400)
                self.end_headers()
                if signed:
                    events.put(json.loads(body))

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Hooks)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/hooks", events

    def test_an_applicant_gets_a_token_for_the_widget_and_we_are_told(self):
        secret = self.sahod["webhookSecret"]
        url, events = self.receiver(secret)
        wanted = {"eventTypes": ["USER_CREATED"], "active": True, "secret": secret}
        self.call("POST", "/webhooks", {"name": "tests", "url": url, **wanted})
        made = self.call("POST", "/users", {"externalMetadata": {"applicant": "A-1001"}})
        self.assertTrue(made["token"]["accessToken"])
        event = events.get(timeout=30)
        self.assertEqual(event["type"], "USER_CREATED")
        self.assertEqual(event["data"]["userId"], made["user"]["id"])
        accounts = self.call("GET", f"/accounts?userId={made['user']['id']}")
        self.assertEqual(accounts["items"], [])

    def test_what_is_wrong_is_said(self):
        with self.assertRaises(urllib.error.HTTPError) as raised:
            self.call("GET", "/accounts?size=0")
        with raised.exception as answer:
            self.assertEqual(answer.code, 400)
            self.assertEqual(json.load(answer)["data"]["errors"][0]["parameter"], "size")


if __name__ == "__main__":
    unittest.main()
