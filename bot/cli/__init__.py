"""The command line, a module for each family of commands; `bot.__main__` puts them together.

May import what `bot` may. What an administrator can mend is told in one message, and the command ends with 1.
"""
