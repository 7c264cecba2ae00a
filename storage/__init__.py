"""Where facts rest: engines, tables, units of work, encryption, migrations. The only room that knows SQLAlchemy.

May import `coaching` only.
"""
