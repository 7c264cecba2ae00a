"""Why: people, programmes, asks, forms, visits, access and the rules between them.

Pure: standard-library dataclasses and functions, no I/O and no clock (*now* is an argument). Imports nothing of ours.
"""
