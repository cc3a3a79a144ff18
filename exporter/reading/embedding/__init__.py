"""Embeds of one note in another. `embed_notes` is the whole of it."""

from exporter.reading.embedding.notes import embed_notes

__all__ = ["embed_notes"]
