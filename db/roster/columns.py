"""The columns of a roster: their titles in both dialects (SIMPEG and SIASN), and which must be there.

Titles and what is required: the domain notes' roster schema, after public SIMPEG and SIASN exports.
"""

from collections.abc import Collection

from db.errors import DomainError


class NoRosterColumns(DomainError):
    """The file lacks columns without which it is no roster; `columns` names them."""


REQUIRED: dict[str, tuple[str, ...]] = {
    "nip": ("NIP BARU", "NIP", "NIP/NI PPPK", "NI PPPK", "NIP PEGAWAI"),
    "full_name": ("NAMA", "NAMA PEGAWAI", "NAMA LENGKAP"),
    "employment_type": ("JENIS PEGAWAI", "JENIS PEGAWAI NAMA", "STATUS PEGAWAI", "STATUS CPNS PNS"),
    "grade": ("GOL RUANG", "GOL AKHIR NAMA", "GOL AKHIR", "GOLONGAN RUANG", "GOLONGAN", "GOL RUANG AKHIR", "GOL"),
    "position_kind": ("JENIS JABATAN", "JENIS JABATAN NAMA"),
    "position_name": ("JABATAN NAMA", "NAMA JABATAN", "JABATAN"),
    "education_level": ("TINGKAT PENDIDIKAN", "TINGKAT PENDIDIKAN NAMA"),
    "unit": ("UNOR NAMA", "NAMA UNOR", "UNIT KERJA", "UNOR"),
    "agency": ("UNOR INDUK", "UNOR INDUK NAMA", "NAMA UNOR INDUK", "OPD", "PERANGKAT DAERAH"),
}
"""Without these a file is no roster, and a row without one of them is refused."""

OPTIONAL: dict[str, tuple[str, ...]] = {
    "title_prefix": ("GELAR DEPAN",),
    "title_suffix": ("GELAR BELAKANG",),
    "sex": ("JENIS KELAMIN", "JK", "L/P"),
    "birth": ("TANGGAL LAHIR", "TGL LAHIR"),
    "probation": ("STATUS CPNS PNS",),
    "legal_status": ("KEDUDUKAN HUKUM", "KEDUDUKAN HUKUM NAMA"),
    "position_date": ("TMT JABATAN",),
    "echelon": ("ESELON", "ESELON NAMA"),
    "education_field": ("NAMA PENDIDIKAN", "PENDIDIKAN NAMA", "JURUSAN"),
    "phone": ("NOMOR HP", "NO HP", "NOMOR TELEPON", "NO TELEPON", "HP", "NOMOR HANDPHONE"),
    "superior": ("NIP ATASAN", "NIP ATASAN LANGSUNG"),
    "former_nip": ("NIP SEBELUMNYA", "NIP LAMA"),
    "kecamatan": ("LOKASI KERJA", "LOKASI KERJA NAMA", "KECAMATAN"),
}
"""Used where known. Birth date, probation and echelon explain other columns and are not kept."""

TALENT: dict[str, tuple[str, ...]] = {
    "potential": ("NILAI POTENSI", "POTENSI"),
    "competency": ("NILAI KOMPETENSI", "KOMPETENSI"),
    "assessment_year": ("TAHUN ASESMEN", "TAHUN ASSESSMENT"),
    "discipline": ("HUKDIS AKTIF", "HUKUMAN DISIPLIN", "HUKDIS"),
    "skills": ("PELATIHAN", "KETERAMPILAN"),
}
"""Kept sealed; with them the performance of each year (see `performance`)."""

PERFORMANCE = "performance_"
YEARS_KEPT = 6
"""Years of performance looked for, this one and the five before; two are used, more are sometimes sent."""

NOT_DATA = frozenset({"NO", "NO.", "NOMOR", "NO URUT", "NOMOR URUT", "KETERANGAN"})
"""Titles that carry no fact about a person, so nobody need hear that they were left out."""

TEMPLATE = (
    *("nip", "full_name", "title_prefix", "title_suffix", "sex", "employment_type", "legal_status", "grade"),
    *("position_kind", "position_name", "position_date", "education_level", "education_field", "unit", "agency"),
    *("phone", "superior"),
)
"""The columns of the empty file the office is handed, in order; NIP, phone and NIP ATASAN must be text."""


def performance(year: int) -> tuple[str, ...]:
    """Give the titles under which a year's performance stands."""
    return f"PREDIKAT KINERJA {year}", f"PREDIKAT {year}", f"HASIL KINERJA {year}"


def aliases(this_year: int) -> dict[str, tuple[str, ...]]:
    """Give every field a roster may have with its titles, the preferred one first."""
    ratings = {f"{PERFORMANCE}{year}": performance(year) for year in range(this_year, this_year - YEARS_KEPT, -1)}
    for back in (1, 2):
        field = f"{PERFORMANCE}{this_year - back}"
        ratings[field] = (*ratings[field], f"PREDIKAT KINERJA N-{back}")
    return REQUIRED | OPTIONAL | TALENT | ratings


def missing(fields: Collection[str]) -> list[str]:
    """Name, by their preferred titles, the required columns a file does not have."""
    return [titles[0] for field, titles in REQUIRED.items() if field not in fields]


def title(field: str) -> str:
    """Give the preferred title of a field, for remarks and the template."""
    return (REQUIRED | OPTIONAL | TALENT)[field][0]


def dropped(unused: Collection[str]) -> list[str]:
    """Name the columns of a file that are not kept; running numbers and an earlier round's remarks need no word."""
    return [name for name in unused if name.strip().upper() not in NOT_DATA]
