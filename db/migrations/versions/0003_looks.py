"""Looks: totals of a round before publication, kept as they were shown

Revision ID: 0003
Revises: 0002
"""

from alembic import op
import sqlalchemy as sa

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('survey_looks',
    sa.Column('round_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('ballots', sa.Integer(), nullable=False),
    sa.Column('tables', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['round_id'], ['survey_rounds.id'], name=op.f('fk_survey_looks_round_id_survey_rounds')),
    sa.PrimaryKeyConstraint('round_id', name=op.f('pk_survey_looks'))
    )


def downgrade() -> None:
    op.drop_table('survey_looks')
