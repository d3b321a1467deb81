"""Who a message is for: one way to say it, who of them can be reached, and who lacks what a text names."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from db.engine import Session
from db.models import Chat, Employee, Link, SurveyAnswer, SurveyBallot, SurveyParticipant, Unit
from db.outbox import Reason

VALUES: Mapping[str, ColumnElement[str]] = {
    "nama": Employee.full_name.expression,
    "unit": select(Unit.name).where(Unit.id == Employee.unit_id).correlate(Employee).scalar_subquery(),
}
"""What a text may name and the roster may lack; a salutation is never lacking, it is `Bapak/Ibu` without a sex."""

SAMPLES = 3
"""How many real recipients a preview shows."""


@dataclass(frozen=True)
class Respondents:
    """Those asked in a survey's round who have sent answers, or have not (without those who declined).

    With a `question` only those who gave this answer, and of them never fewer than `fewest`. `veiled`: officers may
    not read the round's answers, so no list says by name who belongs to this part: beside that of the other part it
    would name those who declined.
    """

    round_id: int
    finished: bool = True
    question: str = ""
    answer: str = ""
    fewest: int = 1
    veiled: bool = False

    def stored(self) -> dict[str, object]:
        """Give it as JSON."""
        part: dict[str, object] = {"round": self.round_id, "finished": self.finished}
        part |= {"veiled": True} if self.veiled else {}
        named = {"question": self.question, "answer": self.answer, "fewest": self.fewest}
        return {**part, **named} if self.question else part


@dataclass(frozen=True)
class Audience:
    """Everyone, or the people of some units and all below them, or a survey's respondents; only who works here now.

    `leave_out`: who lacks a value the text names is not written to; `defaults`: what stands for a value that lacks.
    """

    everyone: bool = False
    units: tuple[int, ...] = ()
    respondents: Respondents | None = None
    leave_out: bool = False
    defaults: Mapping[str, str] = field(default_factory=dict)

    @property
    def chosen(self) -> bool:
        """Tell whether it names anybody at all."""
        return self.everyone or bool(self.units) or self.respondents is not None

    @property
    def fewest(self) -> int:
        """Give how many people it must have: who gave an answer is never addressed in a small group."""
        return self.respondents.fewest if self.by_answer and self.respondents else 1

    @property
    def veiled(self) -> bool:
        """Tell whether nobody may be shown by name who belongs to it."""
        return self.respondents is not None and self.respondents.veiled

    @property
    def by_answer(self) -> bool:
        """Tell whether an answer decides who belongs to it."""
        return self.respondents is not None and bool(self.respondents.question)

    def stored(self) -> dict[str, object]:
        """Give it as JSON; two audiences that mean the same are stored the same."""
        who: dict[str, object] = {"everyone": True} if self.everyone else {"units": sorted(self.units)}
        if self.respondents:
            who = {"respondents": self.respondents.stored()}
        return {**who, "leave_out": self.leave_out, "defaults": dict(sorted(self.defaults.items()))}

    def whole(self) -> "Audience":
        """Give the same people without what was said about lacking values."""
        return replace(self, leave_out=False, defaults={})


def read(stored: Mapping[str, Any]) -> Audience:
    """Read an audience back from its JSON."""
    asked = stored.get("respondents")
    return Audience(
        everyone=bool(stored.get("everyone")),
        units=tuple(stored.get("units", ())),
        respondents=Respondents(asked["round"], **{key: asked[key] for key in asked if key != "round"})
        if asked
        else None,
        leave_out=bool(stored.get("leave_out")),
        defaults=dict(stored.get("defaults", {})),
    )


def members(audience: Audience, named: Iterable[str] = ()) -> Select[int]:
    """Give the query for the ids of an audience's employees; `named` are the values its text names."""
    query = select(Employee.id).where(*_belongs(audience)).correlate(None)
    lacking = _lacking(audience, named)
    return query.where(~or_(*lacking.values())) if audience.leave_out and lacking else query


def _belongs(audience: Audience) -> list[ColumnElement[bool]]:
    here = Employee.left_at.is_(None)
    if audience.everyone:
        return [here]
    if audience.respondents:
        return [here, Employee.id.in_(_responding(audience.respondents))]
    top, below = aliased(Unit), aliased(Unit)
    inside = select(below.id).join(top, below.path.startswith(top.path)).where(top.id.in_(audience.units))
    return [here, Employee.unit_id.in_(inside)]


def _responding(part: Respondents) -> Select[int]:
    mine = select(SurveyParticipant.employee_id).where(SurveyParticipant.round_id == part.round_id).correlate(None)
    if not part.question:
        states = ("finished",) if part.finished else ("invited", "started")
        return mine.where(SurveyParticipant.state.in_(states))
    return (
        mine.join(SurveyBallot, SurveyBallot.participant_id == SurveyParticipant.id)
        .join(SurveyAnswer, SurveyAnswer.ballot_id == SurveyBallot.id)
        .where(SurveyBallot.counted, SurveyAnswer.question == part.question, SurveyAnswer.value == part.answer)
    )


def _lacking(audience: Audience, named: Iterable[str]) -> dict[str, ColumnElement[bool]]:
    wanted = [name for name in named if name in VALUES and name not in audience.defaults]
    return {name: func.trim(func.coalesce(VALUES[name], "")) == "" for name in wanted}


@dataclass(frozen=True)
class Reach:
    """An audience at one moment.

    `reachable` people would get the message, `reasons` counts the others by why not; `lacking` counts, of the
    reachable, who lacks each value the text names, without a default.
    """

    total: int
    reachable: int
    reasons: dict[str, int]
    lacking: dict[str, int]


_reason = case(
    (Link.id.is_(None), Reason.NOT_JOINED.value),
    (Link.frozen_at.is_not(None), Reason.LINK_FROZEN.value),
    else_=Chat.unreachable,
)


def _standing(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    open_link = and_(Link.employee_id == Employee.id, Link.closed_at.is_(None))
    return query.select_from(Employee).outerjoin(Link, open_link).outerjoin(Chat, Chat.chat_id == Link.chat_id)


async def reach(session: Session, audience: Audience, named: Iterable[str] = ()) -> Reach:
    """Count an audience by who can be reached and who lacks what: one query, however many they are."""
    lacking = _lacking(audience, named)
    counts = [func.sum(case((lacks, 1), else_=0)).label(name) for name, lacks in lacking.items()]
    grouped = _standing(select(_reason.label("reason"), func.count().label("people"), *counts))
    who = grouped.where(Employee.id.in_(members(audience, named))).group_by(_reason)
    reasons: Counter[str] = Counter()
    short: Counter[str] = Counter()
    reachable = 0
    for row in (await session.execute(who)).all():
        if row.reason is None:
            reachable = row.people
            short.update({name: getattr(row, name) for name in lacking})
        else:
            reasons[row.reason] += row.people
    total = reachable + sum(reasons.values())
    return Reach(total, reachable, dict(reasons), {name: count for name, count in short.items() if count})


class Recipient(NamedTuple):
    """A real person a preview is written for, with all that a text may name."""

    full_name: str
    title_prefix: str | None
    title_suffix: str | None
    sex: str | None
    unit: str | None
    language: str


async def samples(session: Session, audience: Audience, named: Iterable[str] = ()) -> list[Recipient]:
    """Choose up to three different reachable people: who has the longest name, then the first and the last."""
    base = _standing(select(Employee.id)).where(Employee.id.in_(members(audience, named)), _reason.is_(None))
    orders = (func.length(Employee.full_name).desc(), Employee.id.asc(), Employee.id.desc())
    chosen: list[int] = []
    for order in orders[:SAMPLES]:
        found = await session.scalar(base.where(Employee.id.not_in(chosen)).order_by(order, Employee.id).limit(1))
        chosen += [] if found is None else [found]
    rows = await session.execute(
        _standing(select(Employee.full_name, Employee.title_prefix, Employee.title_suffix, Employee.sex,
                         Unit.name, func.coalesce(Chat.language, "id")))
        .outerjoin(Unit, Unit.id == Employee.unit_id).where(Employee.id.in_(chosen)).order_by(Employee.id)
    )  # fmt: skip
    return [Recipient(*row) for row in rows]


async def unit_names(session: Session, audience: Audience) -> list[str]:
    """Name the units of an audience, by name."""
    rows = await session.scalars(select(Unit.name).where(Unit.id.in_(audience.units)).order_by(Unit.name_key))
    return list(rows)


async def toggled(session: Session, audience: Audience, unit_id: int) -> Audience:
    """Add a unit to an audience or take it out; one that is added takes the place of what lies above or below it."""
    if unit_id in audience.units:
        return replace(
            audience, everyone=False, respondents=None, units=tuple(one for one in audience.units if one != unit_id)
        )
    rows = await session.execute(select(Unit.id, Unit.path).where(Unit.id.in_((*audience.units, unit_id))))
    paths = {row.id: row.path for row in rows}
    if unit_id not in paths:
        return audience
    mine = paths[unit_id]
    apart = [one for one, path in paths.items() if not (path.startswith(mine) or mine.startswith(path))]
    return replace(audience, everyone=False, respondents=None, units=(*apart, unit_id))
