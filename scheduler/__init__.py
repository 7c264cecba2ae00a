"""When: the APScheduler clock and its watchdog, the pump that brings people what is due, and upkeep.

Knows no chat. May import `storage` and `coaching`; never `dialogs` or `bot`.
"""
