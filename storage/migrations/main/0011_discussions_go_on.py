"""What becomes of discussions: summed up"""

import sqlalchemy as sa
from alembic import op

from storage.types import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("talks", sa.Column("summarised_at", UtcDateTime, nullable=True))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("talks", "summarised_at")
