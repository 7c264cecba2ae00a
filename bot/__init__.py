"""The running bot: the command line, the wiring, the configuration, and the conversation with a person.

May import every room but `demo` and `bench`. The Bot Framework is known in `bot.teams` alone.
"""
