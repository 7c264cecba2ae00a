"""The seam to Microsoft Teams: the only room that imports the Bot Framework SDK.

In: guard (raw body) → incoming (our own `Incoming`). Out: outgoing (our own cards and texts → Connector).
"""
