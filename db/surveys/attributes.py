"""What a survey may ask the roster about a person: few attributes, each with a closed list of words."""

from collections.abc import Mapping

EMPLOYMENT = {
    "permanent_servant": "PNS",
    "candidate_servant": "CPNS",
    "contract_servant": "PPPK",
    "part_time_contract_servant": "PPPK_PW",
}
POSITION = {
    "jpt_pratama": "JPT",
    "administrator": "ADMINISTRATOR",
    "pengawas": "PENGAWAS",
    "jf_expert": "JF_AHLI",
    "jf_skilled": "JF_TERAMPIL",
    "functional": "JF",
    "structural": "STRUKTURAL",
    "pelaksana": "PELAKSANA",
}
KNOWN: Mapping[str, frozenset[str]] = {
    "employment_type": frozenset(EMPLOYMENT.values()),
    "position_kind": frozenset(POSITION.values()),
}
"""Never sex, age, religion, origin, health or family: a survey must not branch on them."""


def of_roster(employment_type: str, position_kind: str | None) -> dict[str, str]:
    """Translate the roster's words for one person into a survey's; an unknown one is left out."""
    known = {
        "employment_type": EMPLOYMENT.get(employment_type),
        "position_kind": POSITION.get(position_kind or ""),
    }
    return {name: value for name, value in known.items() if value is not None}


CUTS = ("agency", "employment_type", "position_kind")
"""By what results may be laid out, if chosen before opening: columns of participants and ballots of these names."""


def column(cut: str) -> str:
    """Name the column of participants and ballots that holds a cut."""
    return "agency_id" if cut == "agency" else cut
