"""What a description cannot say: which ids and files there are, and which parameters are passed over."""

import base64
import itertools
import json
import os
import pathlib
import re

import schemathesis
from schemathesis.core import NotSet

ID = re.compile(r"^([a-z0-9]+)-[0-9a-f]{32}$")
# One that exists, by what its kind begins with.
EXISTING = json.loads(os.environ["SAHOD_IDS"])
NUMBERS = itertools.count()
# Bytes that are what they are said to be.
SAMPLE = pathlib.Path(__file__).parent.parent / "docs/samples/payslip-george.pdf"
FILE = {"fileExtensionType": "PDF", "fileContent": base64.b64encode(SAMPLE.read_bytes()).decode()}
# These can do without a body.
WITHOUT_BODY = {
    ("POST", "/users"), ("PATCH", "/webhooks/{id}"), ("POST", "/webhooks/{id}/rotateSecret"),
    ("POST", "/webhooks/{id}/test"),
}
FORMATS = ("PDF", "PNG", "JPG", "JPEG", "TIFF")


@schemathesis.hook
def filter_case(context, case):
    """What is no fault: parameters that are empty or unknown, which are passed over, and no body where none is needed."""
    if isinstance(case.body, NotSet) and (case.method, case.operation.path) in WITHOUT_BODY:
        return False
    known = {parameter.name for parameter in case.operation.query}
    return all(name in known and value != "" for name, value in (case.query or {}).items())


@schemathesis.hook
def map_case(context, case):
    """Well-formed ids become ids of what there is, except where it would be deleted at once."""
    case.query, case.body = existing(case.query), existing(case.body)
    if case.method != "DELETE":
        case.path_parameters = existing(case.path_parameters)
    # The same key with another body is an error, as it should be: a new one for each request.
    if (case.headers or {}).get("Idempotency-Key", "").isalnum():
        case.headers["Idempotency-Key"] = f"conformance-{next(NUMBERS)}"
    return case


def existing(value):
    if isinstance(value, dict):
        content = value.get("fileContent")
        if isinstance(content, str) and content and value.get("fileExtensionType") in FORMATS:
            value = value | FILE
        if value.get("active") is True:
            # A webhook at a made-up address: nothing may be sent to it.
            value = value | {"active": False}
        return {name: existing(member) for name, member in value.items()}
    if isinstance(value, list):
        return [existing(member) for member in value]
    match = ID.match(value) if isinstance(value, str) else None
    # The prefix of a user is its tenant's id, which can be anything.
    return EXISTING.get(match[1], EXISTING["user"]) if match else value
