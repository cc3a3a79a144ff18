"""`make-deck watch`: a preview in the browser that follows every save.

`chapters_in_memory` reads again only what changed; `snapshot` is what the notes are at one moment; `anki_templates`,
`cloze` and `faces` show a note as Anki does; `typesetting` makes the printed forms in a process of its own, and
`raster` draws their pages; `session` keeps what is shown now and follows the files; `guard` refuses requests that do
not come from the preview, and `server` answers the others; `views` is what the page gets to see. The page itself lies
in `templates/preview/`.

Nothing here is imported before the command runs, because the server's libraries take their time.
"""
