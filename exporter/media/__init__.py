"""Pictures, sounds and films: found, checked, fetched, scaled."""
