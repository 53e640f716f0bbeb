"""A running installation in which the sandbox's George shares several accounts and a document."""

import base64
import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import time

import httpx
from jwcrypto import jwe, jwk

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAM = pathlib.Path(os.environ.get("SAHOD_BIN", ROOT / "target/release/sahod"))
SAMPLE = ROOT / "docs/samples/payslip-george.pdf"

# One of each sort, so that every resource has something in it.
PROVIDERS = ("upwork", "abccorp", "sss_ph")
PATIENCE_S = 60
# Many requests come from one address here, and the limit has tests of its own. Nobody waits for a sandbox source.
SETTINGS = {
    "SAHOD_RATE_LIMIT__PER_SECOND": "100000",
    "SAHOD_RATE_LIMIT__BURST": "100000",
    "SAHOD_RATE_LIMIT__BROWSERS_PER_SECOND": "100000",
    "SAHOD_RATE_LIMIT__BROWSERS_BURST": "100000",
    "SAHOD_RATE_LIMIT__FORMS_PER_SECOND": "100000",
    "SAHOD_RATE_LIMIT__FORMS_BURST": "100000",
    "SAHOD_RATE_LIMIT__SESSION_FORMS_PER_SECOND": "100000",
    "SAHOD_RATE_LIMIT__SESSION_FORMS_BURST": "100000",
    "SAHOD_SANDBOX__SHORTEST_STEP_MS": "1",
    "SAHOD_SANDBOX__LONGEST_STEP_MS": "2",
    "SAHOD_LOG__FILTER": "error",
}
# The storage of `sahod dev`, for the commands that work beside it.
CONFIG = """
[storage]
database_url = "sqlite:{data}/sahod.db"
keyring_url = "sqlite:{data}/keyring.db"
keys_dir = "{data}/keys"
[files]
url = "file:{data}/files"
"""


class Installation:
    """Where it is, and the keys of a tenant."""

    def __init__(self, urls, key, secret):
        self.urls, self.key, self.secret = urls, key, secret
        self.api_url, self.link_url = urls["sandboxUrl"], urls["linkSandboxUrl"]
        self.http = httpx.Client(auth=(key, secret), timeout=30)

    def call(self, method, path, body=None):
        """The data of a successful answer of the Open API."""
        answer = self.http.request(method, self.api_url + path, json=body)
        answer.raise_for_status()
        return answer.json().get("data")

    def until(self, what, found):
        """What `found` gives once it gives something."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if result := found():
                return result
            time.sleep(0.1)
        raise TimeoutError(f"waited {PATIENCE_S} s for {what}")

    def link(self, user, provider):
        """Links George at a provider, as the widget does."""
        token = self.call("POST", f"/tokens?userId={user}")["accessToken"]
        with httpx.Client(base_url=self.link_url, timeout=30) as link:
            bearer = {"Authorization": f"Bearer {token}"}
            session = link.post("/sessions", headers=bearer).raise_for_status().json()["data"]
            link.headers["Authorization"] = f"Bearer {session['sessionToken']}"
            george = next(person for person in session["testPeople"] if person["country"] == "PH")
            key = session["encryptionKey"]
            login = {"login": george["email"], "password": george["password"]}
            started = link.post("/accounts", json={
                "providerId": provider,
                "consentVersion": session["consent"]["version"],
                "credentials": encrypted(key, login),
            }).raise_for_status().json()["data"]
            progress = f"/accounts/{started['accountId']}/progress"

            def ended():
                now = link.get(progress).raise_for_status().json()["data"]
                if now["stage"] == "WAITING_FOR_ANSWER":
                    answer = encrypted(key, {"answer": george["code"]})
                    body = {"promptId": now["prompt"]["id"], "answer": answer}
                    link.post(f"/accounts/{started['accountId']}/answers", json=body)
                if now["stage"] == "FAILED":
                    raise AssertionError(f"{provider}: {now['errorMessage']}")
                return now["stage"] == "DONE"

            self.until(f"George's account at {provider}", ended)

    def another_organisation(self, command):
        """Another tenant, with whom the demo tenant shares links. `command` runs one of the program's own."""
        made = command("keys", "create", "--tenant", "other", "--name", "Other Lending", "--mode", "sandbox")
        for tenant in ("demo", "other"):
            command("tenants", "share-links", "--tenant", tenant)
        key, secret = (re.search(rf"\b{prefix}\S+", made).group() for prefix in ("key-", "sahod_sandbox_"))
        return Installation(self.urls, key, secret)

    def fill(self):
        """Makes something of every resource."""
        template = self.call("POST", "/inviteTemplates", INVITE_TEMPLATE)["id"]
        invite = {"fullName": "George Palomero Jr.", "firstName": "George", "lastName": "Palomero",
                  "email": "george@example.com", "templateId": template}
        user = self.call("POST", "/invites", invite)["userId"]
        for provider in PROVIDERS:
            self.link(user, provider)
        sample = base64.b64encode(SAMPLE.read_bytes()).decode()
        self.call("POST", "/archives", {"userId": user, "fileType": "PAYSLIP", "rawFiles": [
            {"fileName": SAMPLE.name, "fileExtensionType": "PDF", "fileContent": sample},
        ]})
        self.until("the payslip", lambda: self.call("GET", "/archives")["items"][0]["state"]["status"] == "ANALYZED")
        self.call("POST", "/webhooks", {
            "name": "conformance", "url": "https://receiver.example/hooks", "secret": "a secret of this run",
            "eventTypes": ["ACCOUNT_FAILED"], "active": True,
        })
        self.call("POST", "/consentTemplates", CONSENT_TEMPLATE)
        self.call("POST", "/winkTemplates", {"name": "Loan applicants", "language": "fil"})
        self.call("POST", "/users", {"externalMetadata": {"applicant": "A-1001"}})


CONSENT_TEMPLATE = {
    "consentType": "loan application", "version": "1", "title": "Your consent", "consentMethod": "checkbox",
    "consentText": "You let us see your income.",
}
INVITE_TEMPLATE = {
    "name": "Applicants",
    "company": {"name": "Demo Lending", "logoUrl": "https://lender.example/logo.png"},
    "email": {
        "sendEmail": False, "senderName": "${companyName}", "replyAddress": "loans@lender.example",
        "subject": "One more step", "body": "Please share your income.",
    },
    "landingPage": {"header": "Hello", "description": "This takes two minutes.", "button": "Start"},
    "successPage": {"header": "Thank you", "description": "That is all.", "button": "Done"},
}


def encrypted(key, value):
    """A value as only the server can read it."""
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": key["kid"]}
    token = jwe.JWE(json.dumps(value).encode(), protected=json.dumps(header))
    token.add_recipient(jwk.JWK(**key))
    return token.serialize(compact=True)


@contextlib.contextmanager
def running():
    """Starts one, filled, and stops it."""
    with tempfile.TemporaryDirectory() as data:
        environment = os.environ | SETTINGS
        config = pathlib.Path(data, "sahod.toml")
        config.write_text(CONFIG.format(data=data))

        def command(*arguments):
            line = [PROGRAM, *arguments, "--config", config]
            return subprocess.run(line, check=True, stdout=subprocess.PIPE, text=True).stdout

        serve = [PROGRAM, "dev", "--json", "--port", "0", "--data", data]
        with subprocess.Popen(serve, stdout=subprocess.PIPE, env=environment, text=True) as process:
            try:
                ready = json.loads(process.stdout.readline())
                installation = Installation(ready, ready["apiKey"], ready["apiSecret"])
                other = installation.another_organisation(command)
                other.link(other.call("POST", "/users")["user"]["id"], PROVIDERS[0])
                installation.fill()
                yield installation
            finally:
                process.terminate()
                process.wait(timeout=PATIENCE_S)
