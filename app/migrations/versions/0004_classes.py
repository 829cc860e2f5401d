"""Classes, assignments, and marks given by people; attempts and counts know their assignment."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

COUNT_KEY = ['version_id', 'mode', 'question_id', 'category', 'units', 'total']
OPEN = 'submitted IS NULL'


def upgrade() -> None:
    """Make them."""
    op.create_table('classroom',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=False),
    sa.Column('join_code', sa.String(length=16), nullable=False),
    sa.Column('joining', sa.Boolean(), nullable=False),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('archived', sa.DateTime(timezone=True), nullable=True),
    sa.Column('purge_on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['owner_id'], ['user.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('join_code'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('classroom', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classroom_owner_id'), ['owner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_classroom_purge_on'), ['purge_on'], unique=False)

    op.create_table('classroom_teacher',
    sa.Column('classroom_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('since', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['classroom_id'], ['classroom.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['user.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('classroom_id', 'user_id')
    )
    with op.batch_alter_table('classroom_teacher', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classroom_teacher_user_id'), ['user_id'], unique=False)

    op.create_table('classroom_link',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('classroom_id', sa.Integer(), nullable=False),
    sa.Column('expires', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['classroom_id'], ['classroom.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash')
    )
    with op.batch_alter_table('classroom_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_classroom_link_classroom_id'), ['classroom_id'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('classroom_id', sa.Integer(), nullable=False),
    sa.Column('learner_id', sa.Integer(), nullable=False),
    sa.Column('pseudonym', sa.String(length=40), nullable=False),
    sa.Column('pseudonym_key', sa.String(length=120), nullable=False),
    sa.Column('joined', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['classroom_id'], ['classroom.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['learner.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_learner_id'), ['learner_id'], unique=False)
        batch_op.create_index('uq_membership_learner', ['classroom_id', 'learner_id'], unique=True)
        batch_op.create_index('uq_membership_pseudonym', ['classroom_id', 'pseudonym_key'], unique=True, sqlite_where=sa.text('removed IS NULL'), postgresql_where=sa.text('removed IS NULL'))

    op.create_table('assignment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('public_id', sa.String(length=32), nullable=False),
    sa.Column('classroom_id', sa.Integer(), nullable=False),
    sa.Column('quiz_id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('opens', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closes', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=True),
    sa.Column('attempts_allowed', sa.Integer(), nullable=True),
    sa.Column('counts', sa.String(length=8), nullable=False),
    sa.Column('feedback', sa.String(length=8), nullable=False),
    sa.Column('shuffle', sa.Boolean(), nullable=False),
    sa.Column('pass_code_hash', sa.LargeBinary(length=32), nullable=True),
    sa.Column('created', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['classroom_id'], ['classroom.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['quiz_id'], ['quiz.id'], ),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ),
    sa.PrimaryKeyConstraint('id'),
    sa.UniqueConstraint('public_id')
    )
    with op.batch_alter_table('assignment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_classroom_id'), ['classroom_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_quiz_id'), ['quiz_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_assignment_version_id'), ['version_id'], unique=False)

    op.create_table('assignment_exception',
    sa.Column('assignment_id', sa.Integer(), nullable=False),
    sa.Column('membership_id', sa.Integer(), nullable=False),
    sa.Column('extra_minutes', sa.Integer(), nullable=False),
    sa.Column('closes', sa.DateTime(timezone=True), nullable=True),
    sa.Column('more_attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('assignment_id', 'membership_id')
    )
    with op.batch_alter_table('assignment_exception', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_assignment_exception_membership_id'), ['membership_id'], unique=False)

    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_open')
        batch_op.add_column(sa.Column('assignment_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('item_order', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('seen', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key('fk_attempt_assignment', 'assignment', ['assignment_id'], ['id'])
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_attempt_assignment_id'), ['assignment_id'], unique=False)
        chosen, assigned = f'{OPEN} AND assignment_id IS NULL', f'{OPEN} AND assignment_id IS NOT NULL'
        batch_op.create_index('uq_attempt_open', ['learner_id', 'quiz_id', 'mode'], unique=True, sqlite_where=sa.text(chosen), postgresql_where=sa.text(chosen))
        batch_op.create_index('uq_attempt_open_assigned', ['learner_id', 'assignment_id'], unique=True, sqlite_where=sa.text(assigned), postgresql_where=sa.text(assigned))

    _make_counts('item_count_next', assigned=True)
    columns = ', '.join([*COUNT_KEY, 'n'])
    op.execute(f'INSERT INTO item_count_next ({columns}, assignment_id) SELECT {columns}, 0 FROM item_count')
    _replace_counts('item_count_next')

    op.create_table('mark',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('attempt_id', sa.Integer(), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('marked_by', sa.Integer(), nullable=False),
    sa.Column('marked', sa.DateTime(timezone=True), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('comment', sa.Text(), nullable=False),
    sa.Column('rubric', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['attempt_id'], ['attempt.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['marked_by'], ['user.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('mark', schema=None) as batch_op:
        batch_op.create_index('ix_mark_attempt_question', ['attempt_id', 'question_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_mark_marked_by'), ['marked_by'], unique=False)

    op.create_table('key_amendment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('version_id', sa.Integer(), nullable=False),
    sa.Column('assignment_id', sa.Integer(), nullable=True),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('part', sa.String(length=20), nullable=False),
    sa.Column('accepted', sa.Text(), nullable=False),
    sa.Column('fraction', sa.Float(), nullable=False),
    sa.Column('amended_by', sa.Integer(), nullable=False),
    sa.Column('amended', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['amended_by'], ['user.id'], ),
    sa.ForeignKeyConstraint(['assignment_id'], ['assignment.id'], ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ),
    sa.PrimaryKeyConstraint('id')
    )
    with op.batch_alter_table('key_amendment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_key_amendment_amended_by'), ['amended_by'], unique=False)
        batch_op.create_index(batch_op.f('ix_key_amendment_assignment_id'), ['assignment_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_key_amendment_version_id'), ['version_id'], unique=False)


def _make_counts(name: str, *, assigned: bool) -> None:
    """The counts under another key: both databases make the table anew."""
    op.create_table(name,
    sa.Column('version_id', sa.Integer(), nullable=False),
    *([sa.Column('assignment_id', sa.Integer(), nullable=False)] if assigned else []),
    sa.Column('mode', sa.String(length=16), nullable=False),
    sa.Column('question_id', sa.String(length=80), nullable=False),
    sa.Column('category', sa.String(length=400), nullable=False),
    sa.Column('units', sa.BigInteger(), nullable=False),
    sa.Column('total', sa.BigInteger(), nullable=False),
    sa.Column('n', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['version_id'], ['quiz_version.id'], ),
    sa.PrimaryKeyConstraint('version_id', *(['assignment_id'] if assigned else []), *COUNT_KEY[1:])
    )


def _replace_counts(name: str) -> None:
    op.drop_table('item_count')
    op.rename_table(name, 'item_count')


def downgrade() -> None:
    """Unmake them, with all that they hold: attempts of assignments too."""
    op.drop_table('key_amendment')
    op.drop_table('mark')
    if op.get_bind().dialect.name == 'sqlite':  # foreign keys sleep, and with them the cascades
        for table in ('response', 'try'):
            op.execute(f'DELETE FROM "{table}" WHERE attempt_id IN (SELECT id FROM attempt WHERE assignment_id IS NOT NULL)')
    op.execute('DELETE FROM attempt WHERE assignment_id IS NOT NULL')
    _make_counts('item_count_former', assigned=False)
    columns = ', '.join([*COUNT_KEY, 'n'])
    op.execute(f'INSERT INTO item_count_former ({columns}) SELECT {columns} FROM item_count WHERE assignment_id = 0')
    _replace_counts('item_count_former')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.drop_index('uq_attempt_open_assigned')
        batch_op.drop_index('uq_attempt_open')
        batch_op.drop_index(batch_op.f('ix_attempt_assignment_id'))
        batch_op.drop_constraint('fk_attempt_assignment', type_='foreignkey')
        batch_op.drop_column('assignment_id')
        batch_op.drop_column('item_order')
        batch_op.drop_column('seen')
    with op.batch_alter_table('attempt', schema=None) as batch_op:
        batch_op.create_index('uq_attempt_open', ['learner_id', 'quiz_id', 'mode'], unique=True, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN))
    for table in ('assignment_exception', 'assignment', 'membership', 'classroom_link', 'classroom_teacher', 'classroom'):
        op.drop_table(table)
