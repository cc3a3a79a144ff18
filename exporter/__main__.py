"""`python -m exporter` is `make-deck`."""

from exporter.cli import main

if __name__ == "__main__":  # a worker process imports this file too
    main(prog_name="make-deck")
