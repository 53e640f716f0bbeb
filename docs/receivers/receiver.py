"""Receives signed webhooks. Run: WEBHOOK_SECRET=... PORT=3000 python3 receiver.py"""

import base64
import hmac
import json
import os
import re
import sys
import threading
import time
from collections import OrderedDict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 8 * 1024 * 1024
TOLERANCE_SECONDS = 5 * 60
MAX_REMEMBERED_IDS = 10_000

# In production this belongs in the database, written in the same transaction as
# whatever the event causes: memory is lost on a restart and not shared.
seen = OrderedDict()
seen_lock = threading.Lock()


def signing_key(secret):
    if not secret:
        sys.exit("WEBHOOK_SECRET is not set")
    if not secret.startswith("whsec_"):
        return secret.encode()
    try:
        key = base64.b64decode(secret[len("whsec_"):], validate=True)
    except ValueError:
        key = b""
    return key or sys.exit("WEBHOOK_SECRET is not base64 after whsec_")


def refusal(headers, body):
    """Say why the request is refused, or None when it is genuine and fresh."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature")
    event_id, timestamp, signatures = (headers.get(name, "") for name in names)
    if not (event_id and timestamp and signatures):
        return "missing webhook header"

    # A captured request stays correctly signed for ever; its age is what gives a replay away.
    if not re.fullmatch("[0-9]{1,15}", timestamp):
        return "timestamp is not a whole number"
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return "timestamp too far from now"

    signed = f"{event_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256"))
    # Constant time, so that how long a refusal takes tells nothing about the right signature.
    # While a secret is being rotated there is one entry per secret: any match will do.
    if not any(hmac.compare_digest(entry.encode(), expected) for entry in signatures.split()):
        return "no signature matches"
    return None


def accept(event_id, body):
    # Locked throughout, so that two tries at the same moment are not both handled.
    with seen_lock:
        if event_id in seen:
            return 204, ""
        try:
            event = json.loads(body)
        except (ValueError, RecursionError):
            return 400, "body is not JSON"
        if not isinstance(event, dict) or not {"type", "id"} <= event.keys():
            return 400, "body is not an event"
        print(event["type"], event["id"], flush=True)  # handle the event here
        # Only now: had handling failed, the next try must not be taken for a repeat.
        seen[event_id] = True
        if len(seen) > MAX_REMEMBERED_IDS:
            seen.popitem(last=False)
        return 204, ""


class Receiver(BaseHTTPRequestHandler):
    timeout = 30  # a silent client must not hold a thread for ever

    def do_POST(self):
        length = self.headers.get("content-length", "")
        if self.path.split("?")[0] != "/hooks":
            return self.reply(404)
        if not re.fullmatch("[0-9]{1,15}", length):
            return self.reply(411, "content-length required")
        # The bytes exactly as sent: re-encoded JSON would not match the signature.
        body = self.rfile.read(min(int(length), MAX_BODY_BYTES + 1))
        if len(body) > MAX_BODY_BYTES:
            return self.reply(413, "body too large")
        reason = refusal(self.headers, body)
        if reason:
            return self.reply(400, reason)
        return self.reply(*accept(self.headers["webhook-id"], body))

    def not_found(self):
        self.reply(404)

    do_GET = do_HEAD = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = not_found

    def reply(self, status, reason=""):
        self.send_response(status)
        if reason:
            self.send_header("content-type", "text/plain")
        self.end_headers()
        self.wfile.write(reason.encode())

    def log_message(self, *args):
        pass


KEY = signing_key(os.environ.get("WEBHOOK_SECRET"))
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT") or 3000)), Receiver)
print(f"listening on http://127.0.0.1:{server.server_port}/hooks", flush=True)
server.serve_forever()
