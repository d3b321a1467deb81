"""The roster: employees, their numbers over time, the tree of units, superiors, imports."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models.base import Base, Id, Instant, Sealed, Word


class Unit(Base):
    """An agency (OPD, no parent) or a unit below it; `path` is `/1/7/` from the agency down to itself."""

    __tablename__ = "units"
    __table_args__ = (
        UniqueConstraint("parent_id", "name_key"),
        Index("uq_units_agency_name", "name_key", unique=True, sqlite_where=text("parent_id IS NULL"),
              postgresql_where=text("parent_id IS NULL")),
    )  # fmt: skip

    id: Mapped[Id]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    path: Mapped[str] = mapped_column(String(100), index=True)
    kecamatan: Mapped[str | None] = mapped_column(String(60))


class Employee(Base):
    """A civil servant as the roster knows them; the id outlives every NIP."""

    __tablename__ = "employees"

    id: Mapped[Id]
    nip: Mapped[str] = mapped_column(String(18), unique=True)
    full_name: Mapped[str] = mapped_column(String(200))
    title_prefix: Mapped[str | None] = mapped_column(String(60))
    title_suffix: Mapped[str | None] = mapped_column(String(120))
    sex: Mapped[str | None] = mapped_column(String(1))
    employment_type: Mapped[Word]
    legal_status: Mapped[str | None] = mapped_column(String(60))
    grade: Mapped[str | None] = mapped_column(String(10))
    position_kind: Mapped[str | None] = mapped_column(String(40))
    position_name: Mapped[str | None] = mapped_column(String(200))
    position_date: Mapped[date | None]
    education_level: Mapped[str | None] = mapped_column(String(20))
    education_field: Mapped[str | None] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    agency_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    phone_sealed: Mapped[Sealed | None]
    phone_digest: Mapped[str | None] = mapped_column(String(64), index=True)
    talent_sealed: Mapped[Sealed | None]
    """Performance, assessment, discipline and skills as the roster gave them, as sealed JSON."""
    left_at: Mapped[Instant | None]
    updated_at: Mapped[Instant]


class EmployeeNumber(Base):
    """A NIP an employee has or had: a new one is issued with a new appointment."""

    __tablename__ = "employee_numbers"

    nip: Mapped[str] = mapped_column(String(18), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    since: Mapped[Instant]
    until: Mapped[Instant | None]


class Superior(Base):
    """Who is whose superior from when to when: a relation, not a role."""

    __tablename__ = "superiors"

    id: Mapped[Id]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    superior_id: Mapped[int] = mapped_column(ForeignKey("employees.id"), index=True)
    since: Mapped[Instant]
    until: Mapped[Instant | None]


class RosterImport(Base):
    """One roster file: what the dry run found, and whether its good rows were taken."""

    __tablename__ = "roster_imports"

    id: Mapped[Id]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))
    file_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[Word]
    """`staged` after the dry run, then `awaiting` a second officer, `saved` or `dropped`."""
    complete_agencies: Mapped[list[int]]
    counts: Mapped[dict[str, int]]
    staged_sealed: Mapped[Sealed | None]
    """The file as it came, until it is saved or dropped."""
    at: Mapped[Instant]
    saved_at: Mapped[Instant | None]
