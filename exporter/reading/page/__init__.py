"""A file as those see it who look for questions. Knows no dialect.

Its marks, the wording of its lines, its contents, what its author says to make-deck.
"""
