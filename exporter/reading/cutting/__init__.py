"""A page, cut at its questions: sections, prose, and cards with their sides."""
