"""A body becomes HTML: for a card, or for a page."""
