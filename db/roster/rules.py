"""The bounds a roster is judged by, as the office set them."""

from dataclasses import dataclass
from typing import Self

from db.nip import AppointmentRules
from db.rules import OfficeRules


@dataclass(frozen=True)
class RetirementAges:
    """The age at which service ends (BUP), years, by the kind of post."""

    most: int
    senior: int
    """Senior executives, and experts of the level Madya."""
    highest: int
    """Experts of the level Utama."""


@dataclass(frozen=True)
class RosterRules:
    """What judging and saving a roster ask of the office's rules."""

    appointment: AppointmentRules
    retirement: RetirementAges
    leaving_share: float
    """Above this share of the people in complete agencies a second officer must agree that they left."""

    @classmethod
    def of(cls, rules: OfficeRules) -> Self:
        """Take them out of the office's rules."""
        return cls(
            AppointmentRules(
                youngest=rules.appointment_youngest,
                oldest_permanent=rules.appointment_oldest_permanent,
                oldest_contract=rules.appointment_oldest_contract,
                earliest_year=rules.appointment_earliest_year,
                future_months=rules.appointment_future_months,
            ),
            RetirementAges(rules.retirement_most, rules.retirement_senior, rules.retirement_highest),
            rules.leaving_share,
        )
