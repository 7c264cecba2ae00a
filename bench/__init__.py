"""Measurements, each beside a peer in the same run. May import every room."""
