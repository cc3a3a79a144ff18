"""Embeds of one note in another: `embed_notes` puts them there, `embedded_notes` says which they are."""

from exporter.reading.embedding.notes import embed_notes, embedded_notes

__all__ = ["embed_notes", "embedded_notes"]
