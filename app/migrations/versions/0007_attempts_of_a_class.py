"""Indexes for a class of any size: what its learners have handed in, and whose time runs out."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

OPEN = sa.text('submitted IS NULL')


def upgrade() -> None:
    """Make them."""
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_attempt_assignment_id'))
        batch_op.create_index('ix_attempt_assigned', ['assignment_id', 'learner_id', 'submitted'], unique=False)
        batch_op.create_index('ix_attempt_due', ['assignment_id', 'deadline'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('ix_attempt_due', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index('ix_attempt_assigned')
        batch_op.create_index(batch_op.f('ix_attempt_assignment_id'), ['assignment_id'], unique=False)
