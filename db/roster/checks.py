"""The rules on a roster's rows that need more than one cell, a function each.

A refusing rule keeps a row out; a doubting one lets it in with a remark. Sources: the domain notes on numbers, grades
and the roster; the bounds come from the office's rules.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from db.nip import Appointments
from db.remarks import Remark
from db.roster.columns import REQUIRED, title
from db.roster.rows import Rows
from db.roster.rules import RosterRules
from db.roster.words import KIND_OF, grade_fits

Found = Iterator[tuple[int, Remark]]


@dataclass(frozen=True)
class Bounds:
    """What the rules are measured by: the office's bounds and today's date there."""

    rules: RosterRules
    today: date


def required_blank(rows: Rows, bounds: Bounds) -> Found:
    """Every required cell is filled; the number has its own rule."""
    for name in REQUIRED:
        values = rows.column(name)
        if name != "nip" and None in values:
            for place, value in enumerate(values):
                if value is None and name not in rows.unread.get(place, ()):
                    yield place, Remark("cell_missing", {"column": title(name)})


def number_repeated(rows: Rows, bounds: Bounds) -> Found:
    """A number stands once: the first row stands, a later one is refused."""
    first: dict[str, int] = {}
    for place, nip in enumerate(rows.nips):
        if nip and first.setdefault(nip.digits, place) != place:
            yield place, Remark("nip_repeated", {"row": rows.numbers[first[nip.digits]]})


def appointment_impossible(rows: Rows, bounds: Bounds) -> Found:
    """The year of appointment is possible, and a permanent servant was of age."""
    appointments = Appointments(bounds.rules.appointment, bounds.today)
    for place, nip in enumerate(rows.nips):
        # The comparison `error` begins with, without a call for every row of a city.
        if nip and nip.birth > appointments[nip[2:4]].possible_until and (remark := appointments.error(nip)):
            yield place, remark


def type_against_number(rows: Rows, bounds: Bounds) -> Found:
    """The column says the same kind of employment as the number's digits."""
    for place, (kind, nip) in enumerate(zip(rows.column("employment_type"), rows.nips, strict=True)):
        if kind and nip and KIND_OF[kind] != nip.kind:
            yield place, Remark("type_differs", {"column": KIND_OF[kind], "number": nip.kind})


def grade_against_type(rows: Rows, bounds: Bounds) -> Found:
    """Letters go with permanent servants, plain Roman numbers with contract servants."""
    for place, (grade, kind) in enumerate(zip(rows.column("grade"), rows.column("employment_type"), strict=True)):
        if grade and kind and not grade_fits(grade, kind):
            yield place, Remark("grade_unfit", {"grade": grade, "type": KIND_OF[kind]})


def appointment_unusual(rows: Rows, bounds: Bounds) -> Found:
    """The age at appointment is a usual one."""
    appointments = Appointments(bounds.rules.appointment, bounds.today)
    for place, nip in enumerate(rows.nips):
        if nip:
            births = appointments[nip[2:4]]
            if not births.usual_from < nip.birth <= births.usual_until and (remark := appointments.doubt(nip)):
                yield place, remark


def sex_differs(rows: Rows, bounds: Bounds) -> Found:
    """The column and the number say the same sex; until the office knows, the person is addressed neutrally."""
    for place, (sex, nip) in enumerate(zip(rows.column("sex"), rows.nips, strict=True)):
        if sex and nip and sex != nip.sex:
            yield place, Remark("sex_differs")


def birth_differs(rows: Rows, bounds: Bounds) -> Found:
    """The column and the number say the same date of birth; some numbers were fixed with an error."""
    for place, (birth, nip) in enumerate(zip(rows.column("birth"), rows.nips, strict=True)):
        if birth and nip and birth != nip.birth:
            yield place, Remark("birth_differs")


def retirement_reached(rows: Rows, bounds: Bounds) -> Found:
    """The age at which service in the post ends (BUP) lies ahead."""
    born_before: dict[tuple[str | None, str | None], tuple[int, date]] = {}
    posts = zip(rows.column("position_kind"), rows.column("position_name"), strict=True)
    for place, (post, nip) in enumerate(zip(posts, rows.nips, strict=True)):
        if post not in born_before:
            age = _retirement_age(*post, bounds)
            born_before[post] = age, _years_before(bounds.today, age)
        age, latest = born_before[post]
        if nip and nip.birth <= latest:
            yield place, Remark("retirement", {"age": age})


def post_without_echelon(rows: Rows, bounds: Bounds) -> Found:
    """A structural post names its echelon, else its level is not known."""
    for place, kind in enumerate(rows.column("position_kind")):
        if kind == "structural":
            yield place, Remark("kind_structural")


def own_superior(rows: Rows, bounds: Bounds) -> Found:
    """Nobody is their own superior."""
    for place, (superior, nip) in enumerate(zip(rows.column("superior"), rows.nips, strict=True)):
        if nip and superior == nip.digits:
            yield place, Remark("superior_self")


def phone_shared(rows: Rows, bounds: Bounds) -> Found:
    """A telephone number stands in one row; with a shared one nobody can join by phone. Refused rows don't count."""
    phones = [None if place in rows.refusals else phone for place, phone in enumerate(rows.column("phone"))]
    shared = Counter(phones)
    for place, phone in enumerate(phones):
        if phone and shared[phone] > 1:
            yield place, Remark("phone_shared", {"rows": shared[phone]})


REFUSING: tuple[Callable[[Rows, Bounds], Found], ...] = (
    required_blank,
    number_repeated,
    appointment_impossible,
    type_against_number,
    grade_against_type,
)
DOUBTING: tuple[Callable[[Rows, Bounds], Found], ...] = (
    appointment_unusual,
    sex_differs,
    birth_differs,
    retirement_reached,
    post_without_echelon,
    own_superior,
    phone_shared,
)


def check(rows: Rows, bounds: Bounds) -> None:
    """Put every rule to the rows; refusals first, for some doubts are about the rows that stay."""
    for rule in REFUSING:
        for place, remark in rule(rows, bounds):
            rows.refuse(place, remark)
    for rule in DOUBTING:
        for place, remark in rule(rows, bounds):
            rows.doubt(place, remark)


def _retirement_age(kind: str | None, name: str | None, bounds: Bounds) -> int:
    ages = bounds.rules.retirement
    post = (name or "").upper()
    if kind == "jf_expert" and "AHLI UTAMA" in post:
        return ages.highest
    if kind == "jpt_pratama" or (kind == "jf_expert" and "AHLI MADYA" in post):
        return ages.senior
    return ages.most


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return date(day.year - years, 2, 28)
