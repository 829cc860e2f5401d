"""Learners, quizzes, attempts and counts."""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make them."""
    op.create_table('dossier',
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.PrimaryKeyConstraint('slug')
    )
    op.create_table('learner',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recovery_hash', sa.LargeBinary(length=32), nullable=True),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('recovery_hash')
    )
    op.create_table('device',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash')
    )
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_device_learner_id'), ['learner_id'], unique=False)

    op.create_table('quiz',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('slug', sa.String(length=80), nullable=False),
    sa.Column('dossier', sa.String(length=80), nullable=True),
    sa.Column('published_version', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['dossier'], ['dossier.slug'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('slug')
    )
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_quiz_dossier'), ['dossier'], unique=False)

    op.create_table('quiz_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('document', sa.Text(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.create_index('uq_quiz_version_number', ['quiz_id', 'number'], unique=True)

    op.create_table('attempt',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('shown', sa.Text(), nullable=False),
    sa.Column('started', sa.DateTime(timezone=True), nullable=False),
    sa.Column('deadline', sa.DateTime(timezone=True), nullable=True),
    sa.Column('submitted', sa.DateTime(timezone=True), nullable=True),
    sa.Column('units', sa.BigInteger(), nullable=True),
    sa.Column('max_units', sa.BigInteger(), nullable=True),
    sa.Column('pending', sa.BigInteger(), nullable=True),
    sa.Column('skills', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_learner_id'), ['learner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_quiz_id'), ['quiz_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_attempt_version_id'), ['version_id'], unique=False)
        batch_op.create_index('uq_attempt_open', ['learner_id', 'quiz_id', 'mode'], unique=True, sqlite_where=sa.text('submitted IS NULL'), postgresql_where=sa.text('submitted IS NULL'))

    op.create_table('item_count',
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('category', sa.String(length=400), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ),
    sa.PrimaryKeyConstraint('version_id', 'mode', 'question_id', 'category', 'units', 'total')
    )
    op.create_table('response',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('seq', sa.BigInteger(), nullable=False),
    sa.Column('saved', sa.DateTime(timezone=True), nullable=False),
    sa.Column('fraction', sa.Float(), nullable=True),
    sa.Column('units', sa.BigInteger(), nullable=True),
    sa.Column('verdict', sa.String(length=16), nullable=True),
    sa.Column('category', sa.String(length=400), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('attempt_id', 'question_id')
    )
    op.create_table('try',
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('made', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('attempt_id', 'question_id', 'number')
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table('try')
    op.drop_table('response')
    op.drop_table('item_count')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_open', sqlite_where=sa.text('submitted IS NULL'), postgresql_where=sa.text('submitted IS NULL'))
        batch_op.drop_index(batch_op.f('ix_attempt_version_id'))
        batch_op.drop_index(batch_op.f('ix_attempt_quiz_id'))
        batch_op.drop_index(batch_op.f('ix_attempt_learner_id'))

    op.drop_table('attempt')
    with op.batch_alter_table('quiz_version', schema=None) as batch_op:
        batch_op.drop_index('uq_quiz_version_number')

    op.drop_table('quiz_version')
    with op.batch_alter_table('quiz', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_quiz_dossier'))

    op.drop_table('quiz')
    with op.batch_alter_table('device', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_device_learner_id'))

    op.drop_table('device')
    op.drop_table('learner')
    op.drop_table('dossier')
