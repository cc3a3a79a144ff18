"""HTML → PDF with WeasyPrint, and its parts bound into one. Nothing else imports it."""
