"""Which goals are followed in a rhythm that their owner chose"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Nobody remembers who chose what until now: all of it stays as it is."""
    op.add_column("goals", sa.Column("own_weeks", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    """Back to the revision before."""
    op.drop_column("goals", "own_weeks")
