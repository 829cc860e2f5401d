"""Words of a glossary that were looked up, counted and tied to nobody."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table('lookup_count',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('sentence_id', sa.String(length=40), nullable=False),
    sa.Column('entry', sa.Integer(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('version_id', 'assignment_id', 'mode', 'sentence_id', 'entry')
    )


def downgrade() -> None:
    """Unmake them."""
    op.drop_table('lookup_count')
