"""Sparri without Teams: a stand-in for Teams on loopback. The tests and benches use it too. May import `bot`."""
