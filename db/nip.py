"""The number of a civil servant (NIP, NI PPPK): what its 18 digits say, and which cells are not one.

Rules and their sources: domain notes on the number, of which the office should know that there is no check digit.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from db.remarks import Cell, Remark, Unreadable, quoted

DIGITS = 18
OLD_DIGITS = 9
"""Numbers from before 2008 (13xxxxxxx); they stand in archives only."""
FIRST_CONTRACT, LAST_CONTRACT = 21, 99
"""Digits 13-14 of a contract servant count contracts in this range; of a permanent one they are a month."""
MONTHS = 12

_MONTHS: dict[str, int | None] = {
    **{f"{month:02}": month for month in range(1, MONTHS + 1)},
    **{str(contract): None for contract in range(FIRST_CONTRACT, LAST_CONTRACT + 1)},
}
_SEXES: dict[str, Literal["M", "F"]] = {"1": "M", "2": "F"}
_NOISE = str.maketrans("", "", " .'`’‘\u00a0\u2007\u202f\u200b\ufeff\t\r\n")
"""What people and programs leave between and before the digits."""
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)

Kind = Literal["PNS", "PPPK"]


class Nip(NamedTuple):
    """A number and what it says of its holder; `month` is None for a contract servant."""

    digits: str
    birth: date
    year: int
    month: int | None
    sex: Literal["M", "F"]

    @property
    def kind(self) -> Kind:
        """Tell whose number it is: a permanent (or candidate) servant's, or a contract servant's."""
        return "PPPK" if self.month is None else "PNS"


@dataclass(frozen=True)
class AppointmentRules:
    """Bounds of an appointment as the office set them: ages in years, and how far ahead one may lie."""

    youngest: int
    oldest_permanent: int
    oldest_contract: int
    earliest_year: int
    future_months: int


def parse_nip(cell: Cell) -> Nip:
    """Read a number from a cell; blanks, dots and apostrophes don't matter.

    Raises `Unreadable` with `nip_missing`, `nip_rounded` (Excel has turned it into a number and dropped digits: that is
    never repaired), `nip_letters`, `nip_old`, `nip_length`, `nip_birth`, `nip_month`, `nip_sex` or `nip_serial`.
    """
    if not isinstance(cell, str):
        raise Unreadable("nip_rounded", value=quoted(cell))
    digits = cell if len(cell) == DIGITS else cell.translate(_NOISE)
    if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()):
        raise _misshapen(cell, cell.translate(_NOISE))
    month = _MONTHS.get(digits[12:14], 0)
    if month == 0:
        raise Unreadable("nip_month", month=digits[12:14])
    if digits[14] not in _SEXES:
        raise Unreadable("nip_sex", digit=digits[14])
    if digits[15:] == "000":
        raise Unreadable("nip_serial")
    return Nip(digits, _birth(digits[:8]), int(digits[8:12]), month, _SEXES[digits[14]])


def _misshapen(cell: str, digits: str) -> Unreadable:
    if not digits:
        return Unreadable("nip_missing")
    if _ROUNDED.fullmatch("".join(cell.split()).lstrip("'")):
        return Unreadable("nip_rounded", value=quoted(cell))
    if not (digits.isascii() and digits.isdigit()):
        return Unreadable("nip_letters", value=quoted(cell))
    if len(digits) == OLD_DIGITS:
        return Unreadable("nip_old")
    return Unreadable("nip_length", digits=len(digits))


def _birth(digits: str) -> date:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        raise Unreadable("nip_birth", date=f"{digits[6:]}-{digits[4:6]}-{digits[:4]}") from None


class Births(NamedTuple):
    """Births an appointment allows: none after `possible_until`; usual ones after `usual_from`, up to `usual_until`."""

    possible_until: date
    usual_from: date
    usual_until: date


class Appointments(dict[tuple[int, int | None], Births]):
    """Year and month of an appointment → the births it allows by the office's bounds.

    An appointment too long ago, or too far ahead, allows nobody's.
    """

    def __init__(self, rules: AppointmentRules, today: date) -> None:
        super().__init__()
        self._rules = rules
        self._latest = _months_later(today, rules.future_months)

    def __missing__(self, appointment: tuple[int, int | None]) -> Births:
        self[appointment] = births = self._births(*appointment)
        return births

    def _births(self, year: int, month: int | None) -> Births:
        rules = self._rules
        if year < rules.earliest_year or date(year, month or 1, 1) > self._latest:
            return Births(date.min, date.min, date.max)
        if month is not None:
            youngest = date(year - rules.youngest, month, 1)
            return Births(youngest, date(year - rules.oldest_permanent - 1, month, 1), youngest)
        # Without a month the age reached within the year counts, and too young a contract servant is only doubtful.
        oldest = date(year - rules.oldest_contract - 1, MONTHS, 31)
        return Births(date.max, oldest, date(year - rules.youngest, MONTHS, 31))

    def error(self, nip: Nip) -> Remark | None:
        """Tell what is impossible: the year, or a permanent servant younger than the law allows."""
        births = self[nip.year, nip.month]
        if nip.birth <= births.possible_until:
            return None
        if births.possible_until == date.min:
            return Remark("nip_year", {"year": nip.year})
        return Remark("nip_young", {"age": _age_at(nip), "least": self._rules.youngest})

    def doubt(self, nip: Nip) -> Remark | None:
        """Tell what is unusual: the age at the appointment."""
        births = self[nip.year, nip.month]
        usual = births.usual_from < nip.birth <= births.usual_until
        return None if usual else Remark("nip_age", {"age": _age_at(nip)})


def grouped(digits: str) -> str:
    """Write a number in the groups people read: `19870412 201001 2 003`."""
    return f"{digits[:8]} {digits[8:14]} {digits[14:15]} {digits[15:]}"


def masked(digits: str) -> str:
    """Write a number as a chat may show it: `1987••••••••••2003`."""
    return f"{digits[:4]}••••••••••{digits[14:]}"


def _age_at(nip: Nip) -> int:
    if nip.month is None:
        return nip.year - nip.birth.year
    return nip.year - nip.birth.year - ((nip.month, 1) < (nip.birth.month, nip.birth.day))


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, MONTHS)
    # The first of the month is exact enough: appointments begin on the first.
    return date(day.year + years, month + 1, 1)
