"""Follower files: what platforms hand out to an account's owner, and lists of handles, read as names.

``container.py`` opens files, folders and zips; ``recognise.py`` tells by content what each is; one module per form
reads rows; ``leads.py`` makes leads of them. Nothing is copied or unpacked to disk.
"""
