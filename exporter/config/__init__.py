"""`deck.toml`: what an author may set, with a default for everything.

In: a path on the command line. Out: `Config`, or errors that name file, line and what is allowed. Knows nothing of what
the settings do. `tables` has all keys; `settings` the whole of them; `toml` reads, `checks` looks at what was read, and
`finding` says which file holds.
"""

from exporter.config.checks import LIMIT, misnamed_version
from exporter.config.finding import load_config, user_file
from exporter.config.settings import CACHE_FOLDER, Config, one_deck, with_outputs
from exporter.config.tables import (
    DEFAULT_SIGNS,
    IMAGE_DPI,
    FlashcardsConfig,
    Headings,
    LimitsConfig,
    SpacedRepetitionConfig,
    Volumes,
)
from exporter.config.toml import place_of

__all__ = [
    "CACHE_FOLDER",
    "DEFAULT_SIGNS",
    "IMAGE_DPI",
    "LIMIT",
    "Config",
    "FlashcardsConfig",
    "Headings",
    "LimitsConfig",
    "SpacedRepetitionConfig",
    "Volumes",
    "load_config",
    "misnamed_version",
    "one_deck",
    "place_of",
    "user_file",
    "with_outputs",
]
