"""Surveys: versions of a definition, rounds in which one is asked, who is asked, drafts, ballots, publications."""

from sqlalchemy import BigInteger, Float, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Sealed, Word


class SurveyVersion(Base):
    """One version of a survey's definition; once published it never changes, and rounds keep theirs."""

    __tablename__ = "survey_versions"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[Id]
    code: Mapped[Word]
    version: Mapped[int]
    state: Mapped[Word]
    """`draft` → `published`."""
    origin: Mapped[Word]
    """`packaged`, `file`, `copy`."""
    definition: Mapped[dict[str, object]]
    fingerprint: Mapped[str] = mapped_column(String(64))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    made_at: Mapped[Instant]
    published_at: Mapped[Instant | None]


class SurveyRound(Base):
    """A published version asked of an audience until a day; kind, audience and cuts stand once it is open."""

    __tablename__ = "survey_rounds"

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("survey_versions.id"), index=True)
    state: Mapped[Word] = mapped_column(index=True)
    """`preparing` → `open` → `closing` → `closed`; or `dropped` before it was open."""
    secrecy: Mapped[Word]
    """`named`, `confidential`, `anonymous`."""
    audience: Mapped[dict[str, object]]
    cuts: Mapped[list[str]]
    """The attributes by which results may be laid out: chosen before opening, of `db.surveys.attributes.CUTS`."""
    author_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    people: Mapped[int] = mapped_column(default=0)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    made_at: Mapped[Instant]
    opened_at: Mapped[Instant | None]
    closes_at: Mapped[Instant | None]
    closed_at: Mapped[Instant | None]
    next_reminder_at: Mapped[Instant | None]
    reminders: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many of the reminders were sent or let go by."""


class SurveyParticipant(Base):
    """Somebody who is asked in a round, as the roster knew them when it was opened. No time: see anonymous rounds."""

    __tablename__ = "survey_participants"
    __table_args__ = (UniqueConstraint("round_id", "employee_id"),)

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    agency_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    employment_type: Mapped[str | None] = mapped_column(String(40))
    position_kind: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[Word]
    """`invited` → `started` → `finished`; `declined` where the consent was refused."""
    link_generation: Mapped[int | None]
    """Under which link the answers came; None on paper, and before the first."""
    quiet: Mapped[bool] = mapped_column(default=False)
    """Asked not to be reminded any more."""


class SurveyDraft(Base):
    """What somebody has answered so far, sealed; for an anonymous round under that round's own key."""

    __tablename__ = "survey_drafts"

    participant_id: Mapped[int] = mapped_column(
        ForeignKey("survey_participants.id"), primary_key=True, autoincrement=False
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"), index=True)
    draft_sealed: Mapped[Sealed]
    sent_sealed: Mapped[Sealed | None]
    """The answers as last sent; of an anonymous round they become ballots only when it closes."""


class SurveyBallot(Base):
    """One person's answers as sent. Its id is random; in an anonymous round nothing leads from it to anybody."""

    __tablename__ = "survey_ballots"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 (SQLAlchemy reads it so)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"), index=True)
    participant_id: Mapped[int | None] = mapped_column(ForeignKey("survey_participants.id"), unique=True)
    counted: Mapped[bool]
    """False while the link under which it came is not confirmed."""
    via: Mapped[str | None] = mapped_column(String(40))
    """`chat` or `paper`; None in an anonymous round."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    employment_type: Mapped[str | None] = mapped_column(String(40))
    position_kind: Mapped[str | None] = mapped_column(String(40))
    """The cuts chosen for the round, frozen at its opening; None where not chosen, not known, or made coarser."""
    sent_at: Mapped[Instant | None]


class SurveyAnswer(Base):
    """One value of one question of a ballot: a choice each, the number, or sealed words."""

    __tablename__ = "survey_answers"
    # Without a row number of its own, in which the order of writing could be read.
    __table_args__ = (
        Index("ix_survey_answers_tally", "round_id", "question", "value", "place"),
        {"sqlite_with_rowid": False},
    )

    ballot_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("survey_ballots.id"), primary_key=True, autoincrement=False
    )
    question: Mapped[str] = mapped_column(String(40), primary_key=True)
    place: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """0, or the place of a choice in the order given, from 0."""
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"))
    value: Mapped[str | None] = mapped_column(String(60))
    """A choice's code, a point, a day; None where the answer is a number or sealed."""
    number: Mapped[float | None] = mapped_column(Float(53))
    sealed: Mapped[Sealed | None]
    """Free text and special data, sealed as JSON."""


class SurveyPublication(Base):
    """The tables of a round as they were published, once; nothing else of it is ever shown by cuts."""

    __tablename__ = "survey_publications"

    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"), unique=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    tables: Mapped[dict[str, object]]
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[Instant]


class SurveyLook(Base):
    """The totals of a round that is not published, as they stood when so many had answered (`db.surveys.looks`)."""

    __tablename__ = "survey_looks"

    round_id: Mapped[int] = mapped_column(ForeignKey("survey_rounds.id"), primary_key=True, autoincrement=False)
    ballots: Mapped[int]
    tables: Mapped[dict[str, object]]
