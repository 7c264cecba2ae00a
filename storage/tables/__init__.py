"""The tables, in the words of coaching. Their changes are in `migrations/`; a test holds the two together.

They are imported from here, wherever they are written down: a reference between two needs both.
"""

from storage.tables.asking import answers, ask_changes, asks, assignments, drafts, errands, submissions
from storage.tables.base import keys_metadata, metadata
from storage.tables.chat import cards, deliveries, delivery_asks, dialogs, one_time_links, turns
from storage.tables.coaches import broadcasts, proposals
from storage.tables.development import goals, plan_asks, plans
from storage.tables.erasing import erasures
from storage.tables.keys import data_keys
from storage.tables.managers import manager_weeks, talk_handovers, talks
from storage.tables.organisation import days, leaves, people, tenants
from storage.tables.pooled import ballot_boxes, pools, teammates
from storage.tables.programme import elements, members, programmes, revisions
from storage.tables.sharing import readings, shares

__all__ = [
    "answers",
    "ask_changes",
    "asks",
    "assignments",
    "ballot_boxes",
    "broadcasts",
    "cards",
    "data_keys",
    "days",
    "deliveries",
    "delivery_asks",
    "dialogs",
    "drafts",
    "elements",
    "erasures",
    "errands",
    "goals",
    "keys_metadata",
    "leaves",
    "manager_weeks",
    "members",
    "metadata",
    "one_time_links",
    "people",
    "plan_asks",
    "plans",
    "pools",
    "programmes",
    "proposals",
    "readings",
    "revisions",
    "shares",
    "submissions",
    "talk_handovers",
    "talks",
    "teammates",
    "tenants",
    "turns",
]
