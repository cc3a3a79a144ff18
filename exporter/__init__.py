"""make-deck: a folder of Markdown questions and answers → an Anki deck and printed forms.

CONTRIBUTING.md shows the wings, the way of the data through them, and where something new goes.
"""

__version__ = "0.1.0"
