"""Notes and their history come in from other tools. A new tool is a new file.

`old_notes` reads what Anki exports, `text_export` its plain text; `ids` knows what tools write into notes, `sides` what a
field of theirs asks; `taking_over` finds each question's old note. `schedules` is for histories that no Anki holds yet:
`spaced_repetition` and `logseq` write them into the notes (`in_notes`), `hashcards` into a database. `steps` says what its
owner has to do in Anki.
"""
