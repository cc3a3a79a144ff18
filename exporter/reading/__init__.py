"""A Markdown file becomes a chapter.

The way of a file: `markdown` parses it, `page` sees its marks and lines, `dialects` know how people mark questions,
`detection` finds out which of them this file means, `cutting` cuts it into sections, prose and cards. `questions` goes
this way on one page, `chapter` adds what a file has besides, `folder` does so for all files.
"""
