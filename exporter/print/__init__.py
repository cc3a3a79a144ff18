"""Paper: pages, fonts, page numbers, volumes, and the press."""
