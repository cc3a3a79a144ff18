"""A math backend that remembers: most formulas of an edition were in the one before."""

from __future__ import annotations

import json
from dataclasses import asdict

from exporter.machinery.cache import Cache
from exporter.machinery.libraries import library_versions
from exporter.markup.math.backend import MathBackend, MathError, Typeset


class CachedMath:
    """Asks `backend` only for what the cache does not have."""

    def __init__(self, backend: MathBackend, cache: Cache) -> None:
        self._backend = backend
        self._cache = cache
        self._known: dict[tuple[str, bool], Typeset | MathError] = {}

    def typeset(self, tex: str, *, display: bool) -> Typeset | MathError:
        """See `MathBackend`."""
        key = (tex, display)
        if key not in self._known:
            self._known[key] = self._find(tex, display=display)
        return self._known[key]

    def _find(self, tex: str, *, display: bool) -> Typeset | MathError:
        key = (tex, display, library_versions())
        if (found := self._cache.find("math", key)) is not None:
            known = json.loads(found)
            return Typeset(**known["typeset"]) if "typeset" in known else MathError(**known["error"])
        result = self._backend.typeset(tex, display=display)
        kind = "typeset" if isinstance(result, Typeset) else "error"
        if not (isinstance(result, MathError) and result.passing):
            self._cache.keep("math", key, json.dumps({kind: asdict(result)}).encode())
        return result
