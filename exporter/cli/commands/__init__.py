"""One file a command: its name is the command's, its `command` is what runs.

`make-deck --help` imports all of them, so what is heavy is imported where a command runs.
"""
