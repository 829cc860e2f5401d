"""Drafts, images and shared quizzes; quizzes have an owner."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.add_column(sa.Column('owner_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('listed', sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.create_index(batch_op.f('ix_quiz_owner_id'), ['owner_id'], unique=False)
        batch_op.create_foreign_key('fk_quiz_owner', 'user', ['owner_id'], ['id'], ondelete='SET NULL')

    op.create_table('media',
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('type', sa.String(length=40), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('published', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('digest')
    )
    op.create_table('media_owner',
    sa.Column('digest', sa.String(length=32), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['digest'], ['media.digest'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('digest', 'user_id')
    )
    with op.batch_alter_table('media_owner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_media_owner_user_id'), ['user_id'], unique=False)

    op.create_table('draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=True),
    sa.Column('header', sa.Text(), nullable=False),
    sa.Column('passages', sa.Text(), nullable=False),
    sa.Column('glossary', sa.Text(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('draft', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_quiz_id'), ['quiz_id'], unique=True)
        batch_op.create_index(batch_op.f('ix_draft_expires'), ['expires'], unique=False)

    op.create_table('draft_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=True),
    sa.Column('added', sa.DateTime(timezone=True), nullable=False),
    sa.Column('touched', sa.DateTime(timezone=True), nullable=False),
    sa.Column('progress', sa.Integer(), nullable=False),
    sa.Column('report', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('draft_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_draft_file_draft_id'), ['draft_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_draft_file_digest'), ['digest'], unique=False)

    op.create_table('draft_item',
    sa.Column('draft_id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=80), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kept', sa.Boolean(), nullable=False),
    sa.Column('usable', sa.Boolean(), nullable=False),
    sa.Column('raw', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['draft_id'], ['draft.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('draft_id', 'key')
    )
    with op.batch_alter_table('draft_item', schema=None) as batch_op:
        batch_op.create_index('ix_draft_item_position', ['draft_id', 'position'], unique=False)

    op.create_table('quiz_share',
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('right', sa.String(length=8), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('quiz_id', 'user_id')
    )
    with op.batch_alter_table('quiz_share', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quiz_share_user_id'), ['user_id'], unique=False)

    op.create_table('quiz_share_link',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('right', sa.String(length=8), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash')
    )
    with op.batch_alter_table('quiz_share_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quiz_share_link_quiz_id'), ['quiz_id'], unique=False)


def downgrade() -> None:
    """Unmake them, with all that they hold."""
    for table in ('quiz_share_link', 'quiz_share', 'draft_item', 'draft_file', 'draft', 'media_owner', 'media'):
        op.drop_table(table)
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.drop_constraint('fk_quiz_owner', type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_quiz_owner_id'))
        batch_op.drop_column('listed')
        batch_op.drop_column('owner_id')
