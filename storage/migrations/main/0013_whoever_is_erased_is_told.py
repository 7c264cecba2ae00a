"""Whoever has themselves erased is told so once"""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Of orders that are there already it was said when they were given."""
    op.add_column("erasures", sa.Column("told_at", UtcDateTime, nullable=True))
    op.execute("UPDATE erasures SET told_at = asked_at")


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("erasures", "told_at")
