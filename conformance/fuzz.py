"""Every operation, and chains of them, with data that is right and data that is wrong."""

import json
import os
import pathlib
import subprocess
import sys

import httpx

HERE = pathlib.Path(__file__).resolve().parent
# From which something of each kind is taken for what needs its id.
LISTS = ("users", "accounts", "archives", "invites", "inviteTemplates", "consentTemplates", "winkTemplates", "webhooks",
         "tasks", "identities", "incomes", "events")


def fuzz(installation, folder, examples):
    """Runs schemathesis over the description that the installation itself serves; whether it found nothing."""
    description = folder / "openapi.json"
    description.write_text(httpx.get(f"{installation.urls['docsUrl']}/v1/openapi.json").raise_for_status().text)
    ids = {"user": installation.call("GET", "/users?size=1")["items"][0]["id"]}
    for name in LISTS:
        found = installation.call("GET", f"/{name}?size=1")["items"][0]["id"]
        ids[found.split("-")[0]] = found
    command = [
        pathlib.Path(sys.executable).with_name("st"), "--config-file", HERE / "schemathesis.toml",
        "run", description, "--url", installation.api_url, "--auth", f"{installation.key}:{installation.secret}",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", str(examples),
        "--generation-deterministic", "--continue-on-failure", "--suppress-health-check", "all", "--no-color",
        "--warnings", "off",
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "hooks", "SAHOD_IDS": json.dumps(ids), "PYTHONPATH": str(HERE)}
    return subprocess.run(command, env=environment, cwd=folder).returncode == 0
