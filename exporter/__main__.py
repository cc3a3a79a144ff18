"""`python -m exporter` is `make-deck`."""

import os
import sys

if __name__ == "__main__" and sys.path[0] == os.getcwd() != os.path.dirname(os.path.dirname(__file__)):  # noqa: PTH109, PTH120
    del sys.path[0]  # the current folder may be a stranger's deck, with a module that is called like one of ours

from exporter.cli import main

if __name__ == "__main__":  # a worker process imports this file too
    main(prog_name="make-deck")
