"""What is said: one module a kind of ask, forms drawn as cards or asked one by one, routing, commands and texts.

May import `storage` and `coaching`; never `scheduler` or `bot`.
"""
