"""The only modules that write: packages with genanki, pages with WeasyPrint, and whole files or none."""
