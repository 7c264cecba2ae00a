"""Previews: what a programme would say to its people, as a calendar in a terminal and as a page to forward.

May import what `bot` may, and opens no database: everything comes from files and the rules in `coaching`.
"""
