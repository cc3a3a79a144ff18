"""make-deck: a folder of Markdown questions and answers → an Anki deck and printed forms.

Read the modules in the order of `tests/test_house.py`: that is the order in which data flows.
"""

__version__ = "0.1.0"
