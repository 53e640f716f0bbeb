"""Holds the built program against the contract: `python run.py [--examples N]`."""

import argparse
import pathlib
import sys
import tempfile

import client
import fuzz
import installation


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=50, help="cases of each operation and phase")
    examples = arguments.parse_args().examples
    with installation.running() as running, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        counts = client.read_everything(running, folder)
        print(f"ok   a client made of the contract reads {len(counts)} operations, {sum(counts.values())} objects")
        if not fuzz.fuzz(running, folder, examples):
            sys.exit("schemathesis found something: see above")


if __name__ == "__main__":
    main()
