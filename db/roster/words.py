"""The roster's own vocabulary: what offices write, and the program's one word for it.

Sources: the domain notes on grades (17 of them, no I/e), kinds of posts, education and the two dialects of exports.
"""

import re
from collections.abc import Callable, Mapping
from itertools import product

from db.cells import upper
from db.remarks import Cell, Unreadable, quoted

SEXES = {
    **dict.fromkeys(("M", "L", "1", "PRIA", "LAKI-LAKI", "LAKI LAKI", "LAKI"), "M"),
    **dict.fromkeys(("F", "P", "2", "WANITA", "PEREMPUAN"), "F"),
}

PERMANENT, CANDIDATE = "permanent_servant", "candidate_servant"
CONTRACT, PART_TIME = "contract_servant", "part_time_contract_servant"
KIND_OF = {PERMANENT: "PNS", CANDIDATE: "PNS", CONTRACT: "PPPK", PART_TIME: "PPPK"}
"""Which kind of number each type of employment has; that of the part-time was not verified, so it says nothing more."""

LETTERED = {f"{row}/{letter}" for row, letter in [*product(("I", "II", "III", "IV"), "abcd"), ("IV", "e")]}
"""The 17 grades of permanent servants; there is no I/e."""
ROMAN = frozenset("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII".split())  # noqa: SIM905
"""The grades of contract servants."""
RANKS = {
    "JURU MUDA": "I/a", "JURU MUDA TINGKAT I": "I/b", "JURU": "I/c", "JURU TINGKAT I": "I/d",
    "PENGATUR MUDA": "II/a", "PENGATUR MUDA TINGKAT I": "II/b", "PENGATUR": "II/c", "PENGATUR TINGKAT I": "II/d",
    "PENATA MUDA": "III/a", "PENATA MUDA TINGKAT I": "III/b", "PENATA": "III/c", "PENATA TINGKAT I": "III/d",
    "PEMBINA": "IV/a", "PEMBINA TINGKAT I": "IV/b", "PEMBINA UTAMA MUDA": "IV/c", "PEMBINA UTAMA MADYA": "IV/d",
    "PEMBINA UTAMA": "IV/e",
}  # fmt: skip
_LETTERED = re.compile(r"(?<![A-Z])(I{1,3}|IV)\s?[/.\- ]?\s?([A-E])(?![A-Z])")
_LEVEL_ONE = re.compile(r"\b(?:TK|TKT|TINGKAT)\.? ?(?:I|1)\b")

KINDS = {
    **dict.fromkeys(("JPT PRATAMA", "JABATAN PIMPINAN TINGGI PRATAMA", "PIMPINAN TINGGI PRATAMA"), "jpt_pratama"),
    **dict.fromkeys(("JPT", "JABATAN PIMPINAN TINGGI", "PIMPINAN TINGGI"), "jpt_pratama"),
    **dict.fromkeys(("ADMINISTRATOR", "JABATAN ADMINISTRATOR"), "administrator"),
    **dict.fromkeys(("PENGAWAS", "JABATAN PENGAWAS"), "pengawas"),
    **dict.fromkeys(("PELAKSANA", "JABATAN PELAKSANA", "FUNGSIONAL UMUM", "JABATAN FUNGSIONAL UMUM"), "pelaksana"),
    **dict.fromkeys(("JFU", "STAF"), "pelaksana"),
    **dict.fromkeys(("FUNGSIONAL", "FUNGSIONAL TERTENTU", "JABATAN FUNGSIONAL", "JF", "JFT"), "functional"),
    **dict.fromkeys(("JABATAN FUNGSIONAL TERTENTU",), "functional"),
    **dict.fromkeys(("STRUKTURAL", "JABATAN STRUKTURAL", "MANAJERIAL"), "structural"),
}
ECHELONS = {"II": "jpt_pratama", "III": "administrator", "IV": "pengawas", "V": "pelaksana"}
_EXPERT = re.compile(r"\bAHLI (?:PERTAMA|MUDA|MADYA|UTAMA)\b")
_SKILLED = re.compile(r"\b(?:PEMULA|TERAMPIL|MAHIR|PENYELIA)\b")
_ECHELON = re.compile(r"(?<![A-Z])(IV|V|I{1,3})(?![IVX])")

EDUCATION = ("SD", "SMP", "SMA", "D1", "D2", "D3", "D4", "S1", "Profesi", "S2", "Spesialis", "S3")
_EDUCATION = {
    **dict.fromkeys(("SD", "SEKOLAH DASAR", "MI", "PAKET A"), "SD"),
    **dict.fromkeys(("SMP", "SLTP", "MTS", "SLTP KEJURUAN", "PAKET B"), "SMP"),
    **dict.fromkeys(("SMA", "SMK", "MA", "SLTA", "SLTA KEJURUAN", "SLTA KEGURUAN", "SMU", "STM", "PAKET C"), "SMA"),
    **dict.fromkeys(("D1", "DI", "DIPLOMA I", "DIPLOMA 1"), "D1"),
    **dict.fromkeys(("D2", "DII", "DIPLOMA II", "DIPLOMA 2"), "D2"),
    **dict.fromkeys(("D3", "DIII", "DIPLOMA III", "DIPLOMA 3", "SARJANA MUDA"), "D3"),
    **dict.fromkeys(("D4", "DIV", "DIPLOMA IV", "DIPLOMA 4", "SARJANA TERAPAN"), "D4"),
    **dict.fromkeys(("S1", "SI", "STRATA 1", "STRATA I", "SARJANA"), "S1"),
    **dict.fromkeys(("PROFESI", "PENDIDIKAN PROFESI"), "Profesi"),
    **dict.fromkeys(("S2", "SII", "STRATA 2", "STRATA II", "MAGISTER", "PASCASARJANA"), "S2"),
    **dict.fromkeys(("SPESIALIS", "SP1", "SP2", "SUBSPESIALIS"), "Spesialis"),
    **dict.fromkeys(("S3", "SIII", "STRATA 3", "STRATA III", "DOKTOR"), "S3"),
}

RATINGS = {
    "SANGAT BAIK": "very_good",
    "BAIK": "good",
    "BUTUH PERBAIKAN": "needs_improvement",
    "KURANG": "poor",
    "SANGAT KURANG": "very_poor",
}
SANCTIONS = {
    "RINGAN": "light",
    "SEDANG": "moderate",
    "BERAT": "severe",
    "TIDAK ADA": None,
    "TIDAK": None,
    "NIHIL": None,
}


def looked_up(book: Mapping[str, str | None], code: str) -> Callable[[Cell], str | None]:
    """Give a reader that looks words up in a book; raises `Unreadable` with `code` for a word that is not in it."""

    def read(cell: Cell) -> str | None:
        text = upper(cell)
        if text is not None and text not in book:
            raise Unreadable(code, value=quoted(cell))
        return book[text] if text else None

    return read


def employment_type(cell: Cell) -> str | None:
    """Read PNS, CPNS, PPPK or PPPK Paruh Waktu, also in SIASN's long forms; raises `Unreadable` `type_unknown`."""
    text = upper(cell)
    if text is None:
        return None
    if text.startswith(("PPPK", "P3K")) or "PERJANJIAN KERJA" in text:
        return PART_TIME if "PARUH" in text else CONTRACT
    if text.startswith(("CPNS", "CALON")) or text == "C":
        return CANDIDATE
    if text.startswith(("PNS", "PEGAWAI NEGERI")) or text == "P":
        return PERMANENT
    raise Unreadable("type_unknown", value=quoted(cell))


def grade(cell: Cell) -> str | None:
    """Read a grade: `III/d`, `IIId`, `III.d`, `Penata Tk. I`, or a contract servant's I to XVII.

    Raises `Unreadable` `grade_unknown`; there is no I/e.
    """
    text = upper(cell)
    if text is None:
        return None
    text = text.removeprefix("GOLONGAN ").removeprefix("GOL ")
    found = text if text in ROMAN else _lettered(text) or RANKS.get(_LEVEL_ONE.sub("TINGKAT I", text))
    if found not in ROMAN and found not in LETTERED:
        raise Unreadable("grade_unknown", value=quoted(cell))
    return found


def _lettered(text: str) -> str | None:
    found = _LETTERED.search(text)
    return f"{found[1]}/{found[2].lower()}" if found else None


def grade_fits(grade_name: str, employment: str) -> bool:
    """Tell whether a grade belongs to a type of employment: letters to permanent servants, Roman to contract."""
    return ("/" in grade_name) == (KIND_OF[employment] == "PNS")


def education(cell: Cell) -> str | None:
    """Read a level of education; raises `Unreadable` `education_unknown`."""
    text = upper(cell)
    if text is None:
        return None
    for part in (text, *text.split("/")):
        found = _EDUCATION.get(part.strip()) or _EDUCATION.get(part.replace("-", "").replace(".", "").replace(" ", ""))
        if found:
            return found
    raise Unreadable("education_unknown", value=quoted(cell))


def position_kind(kind: Cell, name: Cell, echelon: Cell) -> str | None:
    """Read the kind of a post; its name tells expert from skilled, the echelon tells structural posts apart.

    A functional post without a level in its name is `functional`, a structural one without an echelon `structural`.
    Raises `Unreadable` `kind_unknown`.
    """
    text = upper(kind)
    if text is None:
        return None
    found = KINDS.get(text)
    if found is None:
        raise Unreadable("kind_unknown", value=quoted(kind))
    if found == "functional":
        return _functional(upper(name) or "")
    if found == "structural":
        level = _ECHELON.search(upper(echelon) or "")
        return ECHELONS.get(level[1], found) if level else found
    return found


def _functional(name: str) -> str:
    if _EXPERT.search(name):
        return "jf_expert"
    return "jf_skilled" if _SKILLED.search(name) else "functional"
