"""A client that a stock generator makes of the contract lists and reads every resource of a linked person."""

import base64
import importlib
import inspect
import json
import pathlib
import pkgutil
import subprocess
import sys

CONTRACT = pathlib.Path(__file__).parent / "openapi-ga.json"


def generate(folder):
    """Makes the client, unchanged as it comes, and gives its operations by their ids."""
    generator = pathlib.Path(sys.executable).with_name("openapi-python-client")
    subprocess.run(
        [generator, "generate", "--path", CONTRACT, "--output-path", folder / "contract_client", "--meta", "none",
         "--overwrite"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    sys.path.insert(0, str(folder))
    package = importlib.import_module("contract_client.api")
    operations = {}
    for tag in pkgutil.iter_modules(package.__path__):
        folder_of_tag = importlib.import_module(f"contract_client.api.{tag.name}")
        for module in pkgutil.iter_modules(folder_of_tag.__path__):
            found = importlib.import_module(f"contract_client.api.{tag.name}.{module.name}")
            operations[module.name.replace("_", "-")] = found.sync
    return operations


def reads():
    """The contract's reading operations: path and id, lists before what has an id of them."""
    paths = json.loads(CONTRACT.read_text())["paths"]
    found = [(path, methods["get"]["operationId"]) for path, methods in paths.items() if "get" in methods]
    return sorted(found, key=lambda operation: operation[0].count("{"))


def read_everything(installation, folder):
    """Calls every reading operation; how many objects each gave."""
    operations = generate(folder)
    module = importlib.import_module("contract_client")
    token = base64.b64encode(f"{installation.key}:{installation.secret}".encode()).decode()
    client = module.AuthenticatedClient(base_url=installation.api_url, token=token, prefix="Basic")
    counts, first = {}, {}
    for path, operation in reads():
        call = operations[operation]
        takes = inspect.signature(call).parameters
        if "{" in path:
            list_path = path[: path.index("/{")]
            name = next(iter(takes))
            answer = call(first[list_path], client=client, **({"size": 150} if "size" in takes else {}))
            counts[operation] = 1
            check(operation, answer)
        elif "cursor" in takes:
            items = list(pages(operation, call, client))
            if not items:
                raise AssertionError(f"{operation}: there is nothing in {path}")
            counts[operation] = len(items)
            first[path] = getattr(items[0], "id", None)
        else:
            counts[operation] = 1
            check(operation, call(client=client, archive_id=first["/archives"]))
    return counts


def check(operation, answer):
    if answer is None or getattr(answer, "code", "OK") != "OK":
        raise AssertionError(f"{operation}: {answer}")


def pages(operation, call, client):
    """Every item of a list, following its cursors."""
    arguments = {"size": 40}
    while True:
        answer = call(client=client, **arguments)
        check(operation, answer)
        yield from answer.data.items
        if not answer.data.next_cursor:
            return
        arguments = {"cursor": answer.data.next_cursor}
