"""AnkiConnect's protocol: JSON over HTTP, one action a call (git.sr.ht/~foosoft/anki-connect).

In: an action with its parameters. Out: its result, or `Stopped`. Whatever does not answer as AnkiConnect does is an
error: any program may listen on a port. No proxy and no redirect is followed, so that the key goes to one place only.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import Any

from exporter.push.address import Address
from exporter.push.target import Stopped

API_VERSION, _LATEST_VERSION = 6, 1_000
_SECONDS = 60
_IMPORT_SECONDS = 1800
_PART, _MOST_BYTES = 1 << 20, 200_000_000
"""What five hundred notes take is far less."""


class Refused(Stopped):
    """AnkiConnect understood the action and answered with an error. `reason` is its text."""

    def __init__(self, action: str, reason: str) -> None:
        hint = "run the push again; nothing is done twice"
        super().__init__("push-refused", f"AnkiConnect refuses {action}: {reason}", hint)
        self.reason = reason


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Connection:
    """Where AnkiConnect listens, and the key it asks for ("" for none)."""

    address: Address
    key: str = field(default="", repr=False)

    def call(self, action: str, **params: object) -> Any:
        """The result of an action. Raises `Refused` for AnkiConnect's own errors, `Stopped` for everything else."""
        body = {"action": action, "version": API_VERSION, "params": params, **({"key": self.key} if self.key else {})}
        answer = self._post(json.dumps(body).encode(), _IMPORT_SECONDS if action == "importPackage" else _SECONDS)
        try:
            data = json.loads(answer)
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or set(data) != {"result", "error"}:
            raise self.stranger()
        error = data["error"]
        if error is None:
            return data["result"]
        if "api key" in str(error):
            hint = "set MAKE_DECK_ANKICONNECT_KEY to the apiKey of AnkiConnect's settings"
            raise Stopped("push-refused", "AnkiConnect asks for a valid key", hint)
        raise Refused(action, str(error))

    def check(self) -> None:
        """Make sure that AnkiConnect answers, in a version that this module speaks."""
        version = self.call("version")
        if type(version) is not int or version > _LATEST_VERSION:
            raise self.stranger()
        if version < API_VERSION:
            hint = "update the add-on in Anki: Tools, Add-ons, Check for Updates"
            raise Stopped("push-refused", f"AnkiConnect speaks version {version}, and {API_VERSION} is needed", hint)

    def _post(self, body: bytes, seconds: int) -> bytes:
        request = urllib.request.Request(self.address.url, body, {"Content-Type": "application/json"})  # noqa: S310 - http or https
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)
        try:
            with opener.open(request, timeout=seconds) as response:
                return self._read(response, time.monotonic() + seconds)
        except urllib.error.HTTPError as error:
            raise self.stranger() from error
        except http.client.HTTPException as error:
            raise self.stranger() from error
        except OSError as error:
            hint = "start Anki, with the add-on AnkiConnect (2055492159), and leave it open"
            raise Stopped("push-unavailable", f"no AnkiConnect answers at {self.address}", hint) from error

    def _read(self, response: http.client.HTTPResponse, until: float) -> bytes:
        """An answer that ends, before memory and time do."""
        answer = bytearray()
        while part := response.read1(_PART):
            answer += part
            if len(answer) > _MOST_BYTES or time.monotonic() > until:
                raise self.stranger()
        return bytes(answer)

    def stranger(self) -> Stopped:
        """That something else answers."""
        hint = "another program may use the port; say where AnkiConnect listens: --connect http://127.0.0.1:8765"
        return Stopped("push-unavailable", f"what answers at {self.address} is not AnkiConnect", hint)
