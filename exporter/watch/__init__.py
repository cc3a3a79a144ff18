"""`make-deck watch`: a preview in the browser that follows every save.

`chapters_in_memory` reads again only what changed; `snapshot` is what the notes are at one moment, `findings` what there
is to say about it, `tree` and `search` the ways to its cards, `shown_card` all about one, `readings` the ways to read a
file. `anki_templates`, `cloze`, `typed_answers` and `faces` show a note as Anki does; `typesetting` makes the printed
forms in a process of its own, and `raster` draws their pages. `session` keeps what is shown now and follows the files;
`guard` refuses requests that do not come from the preview, `server` has the addresses, and `answers` what they give. The
page itself lies in `templates/preview/`.

Nothing here is imported before the command runs, because the server's libraries take their time.
"""
