"""`python -m exporter` is `make-deck`."""

from exporter.cli import main

main(prog_name="make-deck")
