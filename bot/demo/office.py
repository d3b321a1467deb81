"""The sample office: an invented roster with every kind of person; all of it DATA FIKTIF."""

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

HEADER = (
    "NIP", "NAMA", "GELAR DEPAN", "GELAR BELAKANG", "JENIS KELAMIN", "JENIS PEGAWAI", "GOL RUANG", "JENIS JABATAN",
    "JABATAN NAMA", "TMT JABATAN", "TINGKAT PENDIDIKAN", "NAMA PENDIDIKAN", "UNOR NAMA", "UNOR INDUK", "NOMOR HP",
)  # fmt: skip

OFFICE = "Badan Kepegawaian dan Pengembangan Sumber Daya Manusia"
SOCIAL = "Dinas Sosial dan Pemberdayaan Masyarakat"
EDUCATION = "Dinas Pendidikan dan Kebudayaan"
HEALTH = "Dinas Kesehatan"
UNITS = {
    OFFICE: ("Bidang Mutasi dan Promosi", "Bidang Data dan Informasi", "Sekretariat"),
    SOCIAL: ("Subbagian Umum", "Bidang Pemberdayaan Masyarakat", "Bidang Rehabilitasi Sosial"),
    EDUCATION: ("SD Negeri 000 Samarinda Utara", "SD Negeri 000 Palaran", "SMP Negeri 00 Samarinda", "Sekretariat"),
    HEALTH: ("Puskesmas Contoh Utara", "Puskesmas Contoh Seberang", "Sekretariat"),
    "Dinas Komunikasi dan Informatika": ("Bidang Aplikasi", "Bidang Data dan Informasi"),
    "Kecamatan Samarinda Seberang": ("Seksi Pelayanan Umum", "Kelurahan Baqa", "Sekretariat"),
}
FIRST = {
    "F": ("Ani", "Dewi", "Endah", "Fitri", "Hani", "Indah", "Kartika", "Lestari", "Maya", "Nur", "Putri", "Ratna",
          "Sari", "Tuti", "Wulan", "Yanti"),
    "M": ("Agus", "Bayu", "Dedi", "Eko", "Fajar", "Hadi", "Irfan", "Joko", "Lukman", "Made", "Nanang", "Rudi",
          "Surya", "Teguh", "Wahyu", "Yusuf"),
}  # fmt: skip
LAST = ("Contoh", "Fiktif", "Misal", "Rekaan", "Umpama", "Peraga", "Andaian", "Cermin", "Model", "Latihan")
POSTS = ("Penelaah Teknis Kebijakan", "Pengadministrasi Perkantoran", "Pengolah Data dan Informasi")


@dataclass(frozen=True)
class Persona:
    """Somebody to be on the demo's page: what the roster and Telegram know of them, and how far they have come."""

    name: str
    sex: str
    agency: str
    unit: str
    note: str
    level: int = 0
    """2: joined and confirmed; 1: linked by phone; 0: not joined."""
    roles: tuple[str, ...] = ()
    in_roster: bool = True
    phone_in_roster: bool = True
    blocked: bool = False
    contract: bool = False


PERSONAS = (
    Persona("Ratna Contoh", "F", OFFICE, "Bidang Mutasi dan Promosi", "Petugas BKPSDM", 2, ("officer",)),
    Persona("Hadi Contoh", "M", OFFICE, "Bidang Mutasi dan Promosi", "Petugas BKPSDM kedua", 2, ("officer",)),
    Persona("Maya Contoh", "F", OFFICE, "Sekretariat", "Admin", 2, ("admin",)),
    Persona("Irfan Contoh", "M", OFFICE, "Sekretariat", "Admin kedua", 2, ("admin",)),
    Persona("Rina Contoh", "F", SOCIAL, "Subbagian Umum", "Pegawai, belum bergabung"),
    Persona("Andi Contoh", "M", EDUCATION, "SD Negeri 000 Samarinda Utara", "Guru PPPK, sudah bergabung", 2,
            contract=True),
    Persona("Siti Contoh", "F", HEALTH, "Puskesmas Contoh Utara", "Pegawai, menunggu disahkan", 1),
    Persona("Dewi Contoh", "F", HEALTH, "Sekretariat", "Operator unit Dinas Kesehatan", 2, ("unit_operator",)),
    Persona("Lukman Contoh", "M", OFFICE, "Sekretariat", "Konselor", 2, ("counsellor",)),
    Persona("Surya Contoh", "M", OFFICE, "Bidang Data dan Informasi", "Analis", 2, ("analyst",)),
    Persona("Endah Contoh", "F", OFFICE, "Sekretariat", "Pimpinan", 2, ("leader",)),
    Persona("Bayu Contoh", "M", SOCIAL, "Bidang Rehabilitasi Sosial", "Pegawai, nomor HP tidak tercatat",
            phone_in_roster=False),
    Persona("Teguh Contoh", "M", "Kecamatan Samarinda Seberang", "Kelurahan Baqa", "Pegawai, memblokir bot", 2,
            blocked=True),
    Persona("Orang Luar", "M", "", "", "Bukan pegawai", in_roster=False),
)  # fmt: skip


@dataclass(frozen=True)
class Sample:
    """The sample office: its roster as a CSV file, and each person's phone by NIP (only of those who have Telegram)."""

    roster: bytes
    personas: dict[str, Persona]
    crowd: dict[str, str]
    """NIP → phone of those others who have joined."""


def phone_of(serial: int) -> str:
    """Give an invented phone number; the block is not given out."""
    return f"+62811000{serial:05d}"


def sample_office(people: int = 620, seed: int = 20261124) -> Sample:
    """Invent an office of that many people; the same seed gives the same office."""
    chance = random.Random(seed)  # noqa: S311  invention, not secrecy
    numbers = _numbers(chance)
    rows, personas, crowd = [], {}, {}
    for serial, persona in enumerate(PERSONAS):
        nip = next(numbers[persona.sex, persona.contract])
        personas[nip] = persona
        if persona.in_roster:
            rows.append(_row(nip, persona, phone_of(serial) if persona.phone_in_roster else ""))
    for serial in range(len(PERSONAS), people):
        somebody = _somebody(chance)
        nip = next(numbers[somebody.sex, False])
        rows.append(_row(nip, somebody, phone_of(serial)))
        if chance.random() < JOINED:
            crowd[nip] = phone_of(serial)
    return Sample(_csv(rows), personas, crowd)


JOINED = 0.93
"""Share of the others who have joined, so that an announcement also has people it cannot reach."""


def _numbers(chance: random.Random) -> dict[tuple[str, bool], Iterator[str]]:
    return {(sex, contract): _series(chance, sex, contract) for sex in "FM" for contract in (False, True)}


def _series(chance: random.Random, sex: str, contract: bool) -> Iterator[str]:
    seen = set()
    while True:
        born = date(1972, 1, 1) + timedelta(days=chance.randrange(9000))
        begun = f"2022{chance.randrange(21, 29)}" if contract else f"{born.year + 25}{chance.randrange(1, 13):02d}"
        nip = f"{born:%Y%m%d}{begun}{2 if sex == 'F' else 1}{chance.randrange(900, 1000)}"
        if nip not in seen:
            seen.add(nip)
            yield nip


def _somebody(chance: random.Random) -> Persona:
    sex = chance.choice("FM")
    agency = chance.choice(list(UNITS))
    name = f"{chance.choice(FIRST[sex])} {chance.choice(FIRST[sex])} {chance.choice(LAST)}"
    return Persona(name, sex, agency, chance.choice(UNITS[agency]), "Pegawai, sudah bergabung", 2)


def _row(nip: str, who: Persona, phone: str) -> tuple[str, ...]:
    contract = who.contract
    kind, grade, post = ("PPPK", "IX", "Guru Ahli Pertama") if contract else ("PNS", "III/b", POSTS[int(nip[-1]) % 3])
    position = "FUNGSIONAL" if contract else "PELAKSANA"
    return (
        nip, who.name, "", "S.Sos.", "P" if who.sex == "F" else "L", kind, grade, position, post, "01-03-2023", "S1",
        "Administrasi Publik", who.unit, who.agency, phone,
    )  # fmt: skip


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return text.getvalue().encode()
