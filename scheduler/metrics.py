"""Metrics: what can be seen of visits from outside, at /metrics. Numbers and codes, nobody's name."""

from prometheus_client import Counter, Gauge, Histogram

DUE = Gauge("sparri_people_due", "People whose next visit is due")
UNREACHABLE = Gauge("sparri_people_unreachable", "People whom Teams lets nothing through to", ["cause"])
VISITS = Counter("sparri_visits", "Visits by outcome", ["outcome", "reason"])
SKIPPED = Counter("sparri_skipped_asks", "Asks given up untold", ["reason"])
LATENESS = Histogram(
    "sparri_visit_lateness_seconds",
    "From when a visit was due to its slot",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 28800),
)
SLOTS = Counter("sparri_slots", "Slots taken for what we start; per second, the rate used", ["what"])
PACE = Gauge(
    "sparri_pace", "The part of SENDS_PER_SECOND in use: less than 1 after Teams throttled a tenant", ["tenant"]
)
PAUSED = Gauge("sparri_paused", "1 while an administrator has stopped everything that we start in a tenant", ["tenant"])
DEAD_LETTERS = Counter("sparri_dead_letters", "What Teams will never take: a fault of ours to look at")
UNAUTHORISED = Counter("sparri_unauthorised", "What Teams did not take because our own token was refused")
FORGOTTEN = Counter("sparri_forgotten_people", "People whose next visit had been lost, and was found again")
