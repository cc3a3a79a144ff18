"""An edition goes where it is studied: a self-hosted Anki sync server, or the Anki that runs on this machine.

In: the deck's settings and a target. Out: what was done, and diagnostics. An edition → `delivery` (what differs
between it and what the target holds) → `target` (does it). The targets are `sync_server` (needs the `anki` package) and
`ankiconnect` (speaks to the AnkiConnect add-on); neither knows what an edition is.
"""

from exporter.push.address import Address, read_address
from exporter.push.push import Pushed, push
from exporter.push.show import as_json, describe, progress_bar
from exporter.push.target import Credentials, OpenTarget, Proposal, Step, Stopped, Target

__all__ = [
    "Address", "Credentials", "OpenTarget", "Proposal", "Pushed", "Step", "Stopped", "Target",
    "as_json", "describe", "progress_bar", "push", "read_address",
]  # fmt: skip
