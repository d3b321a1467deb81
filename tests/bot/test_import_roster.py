"""`import-roster` at a shell: what is printed, what is written, what is refused."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from bot.commands.roster import import_roster
from content.catalog import Catalog
from db.clock import Clock
from db.engine import Database
from db.models import Employee, Link, RosterImport
from db.remarks import Cell
from tests import factories
from tests.city import MORNING
from tests.rosters import PERSON, RULES, number, person, table, workbook

CATALOG = Catalog()
SOCIAL = str(PERSON["UNOR INDUK"])
HEADINGS = ["PEMERINTAH KOTA (DATA FIKTIF)", "DAFTAR NOMINATIF PEGAWAI"]
SIGNATURES = ["Samarinda, 2 Januari 2026", "Kepala BKPSDM, (tanda tangan)"]


@dataclass
class Shell:
    """A terminal: run the command, read what came."""

    database: Database
    folder: Path
    capture: pytest.CaptureFixture[str]

    async def run(
        self,
        rows: Sequence[Mapping[str, Cell]] | bytes,
        *,
        name: str = "pegawai.xlsx",
        dry_run: bool = False,
        complete: Sequence[str] = (),
        report: str | None = None,
    ) -> tuple[int, list[str], str]:
        """Give the exit status, the lines printed, and what stands on standard error."""
        path = self.folder / name
        path.write_bytes(rows if isinstance(rows, bytes) else workbook(rows, above=HEADINGS, below=SIGNATURES))
        status = await import_roster(
            self.database,
            CATALOG,
            path,
            rules=RULES,
            clock=Clock(source=lambda: MORNING),
            dry_run=dry_run,
            complete=complete,
            report_to=self.folder / report if report else None,
        )
        said = self.capture.readouterr()
        return status, said.out.splitlines(), said.err

    def report(self, name: str = "report.xlsx") -> list[list[object]]:
        """Read a report's rows."""
        return [
            list(row) for row in CalamineWorkbook.from_path(str(self.folder / name)).get_sheet_by_index(0).to_python()
        ]

    async def people(self) -> int:
        """Count who is in the roster."""
        async with self.database.reading() as session:
            return await session.scalar(select(func.count(Employee.id))) or 0


@pytest.fixture
def shell(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(database, tmp_path, capsys)


SPOILED: list[tuple[dict[str, Cell], str]] = [
    (PERSON | {"NIP": "19870412 201001 2 903"}, "NIP ini sudah ada pada baris 4; baris itu yang dipakai."),
    (person(NIP="19870412201001290"), "NIP berisi 17 angka, seharusnya 18."),
    (
        person(NIP=1.98704122010012e17),
        "NIP terbaca sebagai angka (1.98704122010012e+17) dan sudah dibulatkan oleh Excel.",
    ),
    (person(NIP="198702312010012903"), "Angka 1–8 NIP bukan tanggal yang ada (31-02-1987)."),
    (person(NIP="198704122010172903"), "Angka 13–14 NIP adalah 17; yang benar 01–12 untuk PNS atau 21–99 untuk PPPK."),
    (person(NIP="198704122010012000"), "Nomor urut di akhir NIP 000; nomor urut mulai dari 001."),
    (person(NAMA=""), "NAMA kosong."),
    (person(GOL_RUANG="I/e"), 'Golongan "I/e" tidak ada.'),
    (person(NIP=""), "NIP kosong."),
]
"""The nine ways to spoil a row that every office's file shows, each with the sentence it gets."""


async def test_an_offices_file_is_tried_out_with_a_reason_for_every_refused_row(shell: Shell) -> None:
    rows = [PERSON, *(row for row, _ in SPOILED)]
    rows += [person(NAMA='=HYPERLINK("http://x","klik")'), person(NAMA="<b>Siti</b> & <script>")]
    rows += [person(NOMOR_HP="081234567890"), person(NOMOR_HP="0812-3456-7890")]
    status, lines, errors = await shell.run(rows, dry_run=True, report="report.xlsx")
    assert (status, errors) == (0, "")
    assert lines[-1] == "accepted 5, refused 9, left 0, warned 2"
    reasons = [line for line in lines if re.match(r"\d+: ", line)]
    assert len(reasons) == len(SPOILED)
    for place, (line, (_, sentence)) in enumerate(zip(reasons, SPOILED, strict=True)):
        assert line.startswith(f"{place + 5}: {sentence}")
    assert await shell.people() == 0


async def test_the_report_is_the_file_back_with_a_remark_beside_every_row(shell: Shell) -> None:
    rows = [PERSON, *(row for row, _ in SPOILED), person(NAMA='=HYPERLINK("http://x")'), person(NOMOR_HP="x")]
    await shell.run(rows, dry_run=True, report="report.xlsx")
    found = shell.report()
    header = found[2]
    assert header[-1] == "KETERANGAN"
    assert header[: len(table(rows)[0])] == table(rows)[0]
    remarks = [str(row[-1]) for row in found[3 : 3 + len(rows)]]
    assert remarks[0] == "Diterima (pegawai baru)."
    for remark, (_, sentence) in zip(remarks[1:], SPOILED, strict=False):
        assert remark.startswith(f"DITOLAK, data orang ini tidak diubah. {sentence}")
    assert remarks[-2] == "Diterima (pegawai baru)."
    assert remarks[-1].startswith("Diterima dengan catatan (pegawai baru). Nomor HP tidak terbaca dan dilewati.")
    formula = found[3 + len(SPOILED) + 1][header.index("NAMA")]
    assert formula == '\'=HYPERLINK("http://x")'
    assert found[3][header.index("NIP")] == PERSON["NIP"]
    assert [row[-1] for row in found[3 + len(rows) :]] == [""] * (len(found) - 3 - len(rows))


async def test_all_good_rows_are_taken_and_the_import_is_noted(shell: Shell) -> None:
    status, lines, _ = await shell.run([PERSON, person(), person(GOL_RUANG="I/e")])
    assert (status, lines[-1]) == (0, "accepted 2, refused 1, left 0, warned 0")
    assert lines[0] == "Data pegawai sudah disimpan."
    assert await shell.people() == 2
    async with shell.database.reading() as session:
        noted = (await session.scalars(select(RosterImport))).one()
    assert (noted.state, noted.actor_id, noted.counts["new"], noted.saved_at) == ("saved", None, 2, MORNING)


async def test_a_report_reads_back_as_a_roster(shell: Shell) -> None:
    await shell.run([PERSON, person()], report="report.xlsx")
    again = (shell.folder / "report.xlsx").read_bytes()
    status, lines, _ = await shell.run(again, name="again.xlsx")
    assert (status, lines[-1]) == (0, "accepted 2, refused 0, left 0, warned 0")
    assert "tidak berubah 2." in "\n".join(lines)
    assert "KETERANGAN" not in "\n".join(lines)


@pytest.mark.parametrize(("sign", "encoding"), [(";", "cp1252"), (",", "utf-8-sig"), (";", "utf-8")])
async def test_a_csv_is_as_good(shell: Shell, sign: str, encoding: str) -> None:
    rows = [PERSON | {"NAMA": "René Contoh"}, person()]
    data = "\r\n".join(sign.join(f'"{cell}"' for cell in line) for line in table(rows)).encode(encoding)
    status, lines, _ = await shell.run(data, name="pegawai.csv")
    assert (status, lines[-1]) == (0, "accepted 2, refused 0, left 0, warned 0")
    async with shell.database.reading() as session:
        assert "René Contoh" in set(await session.scalars(select(Employee.full_name)))


async def test_columns_nobody_needs_are_dropped_and_said_so(shell: Shell) -> None:
    rows = [PERSON | {"NO": 1.0, "AGAMA": "X", "NIK": "6472000000000000", "ALAMAT": "Jalan Rahasia 1"}]
    _, lines, _ = await shell.run(rows)
    assert "Kolom yang tidak diperlukan dan tidak disimpan: AGAMA, NIK, ALAMAT." in lines
    raw = b"".join(path.read_bytes() for path in shell.folder.glob("test.db*"))
    assert b"Rahasia" not in raw
    assert b"6472000000000000" not in raw


async def test_above_one_per_cent_leaving_the_shell_refuses_and_names_the_chat(shell: Shell) -> None:
    rows = [person() for _ in range(20)]
    await shell.run(rows)
    tried, lines, _ = await shell.run(rows[1:], dry_run=True, complete=[SOCIAL])
    assert (tried, lines[-1]) == (0, "accepted 19, refused 0, left 1, warned 0")
    assert "/pegawai" in "\n".join(lines)
    status, lines, errors = await shell.run(rows[1:], complete=[SOCIAL])
    assert (status, lines) == (1, [])
    assert "1 orang (5 %)" in errors
    assert "/pegawai" in errors
    async with shell.database.reading() as session:
        assert await session.scalar(select(func.count(Employee.id)).where(Employee.left_at.is_not(None))) == 0


async def test_up_to_one_per_cent_the_shell_lets_them_go(shell: Shell) -> None:
    rows = [person() for _ in range(100)]
    await shell.run(rows)
    status, lines, _ = await shell.run(rows[1:], complete=[SOCIAL])
    assert (status, lines[-1]) == (0, "accepted 99, refused 0, left 1, warned 0")


async def test_a_second_import_of_one_agency_unlinks_nobody(shell: Shell) -> None:
    others = [person(UNOR_INDUK="Dinas Kesehatan") for _ in range(3)]
    await shell.run([PERSON, *others])
    async with shell.database.transaction() as session:
        for place, who in enumerate(await session.scalars(select(Employee))):
            await factories.link(session, who, 700 + place, at=MORNING)
    for complete in ([], ["Dinas Kesehatan"]):
        status, lines, _ = await shell.run(others, complete=complete)
        assert (status, lines[-1]) == (0, "accepted 3, refused 0, left 0, warned 0")
    async with shell.database.reading() as session:
        assert await session.scalar(select(func.count(Link.id)).where(Link.closed_at.is_(None))) == 4


REFUSED: list[tuple[str, bytes, str]] = [
    ("kosong.xlsx", b"bukan zip", "Berkas ini rusak"),
    ("lama.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "Excel lama"),
    ("foto.jpg", b"\xff\xd8\xff", "bukan Excel"),
    ("asing.csv", b"A;B;C\r\n1;2;3\r\n", "Judul kolom tidak ditemukan"),
    ("kurang.csv", b"NIP;NAMA\r\n198704122010012903;Rina\r\n", "kolom JENIS PEGAWAI, GOL RUANG"),
    ("ganda.csv", b"NIP;NAMA;NAMA\r\n198704122010012903;Rina;Rina\r\n", "Kolom NAMA ada dua kali (B, C)"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED)
async def test_a_file_that_is_no_roster_is_refused_with_what_to_do(
    shell: Shell, name: str, data: bytes, sentence: str
) -> None:
    status, lines, errors = await shell.run(data, name=name)
    assert (status, lines) == (1, [])
    assert sentence in errors
    assert "<" not in errors


async def test_a_roster_of_nobody_is_refused(shell: Shell) -> None:
    header = ";".join(str(cell) for cell in table([PERSON])[0])
    status, _, errors = await shell.run(f"{header}\r\n".encode(), name="judul.csv")
    assert (status, "tidak ada seorang pegawai pun" in errors) == (1, True)


async def test_an_agency_nobody_knows_is_named(shell: Shell) -> None:
    status, _, errors = await shell.run([PERSON], complete=["Dinas Entah"])
    assert (status, 'Perangkat daerah "Dinas Entah"' in errors) == (1, True)
    assert await shell.people() == 0


async def test_a_report_that_cannot_be_written_saves_nothing(shell: Shell) -> None:
    status, _, errors = await shell.run([PERSON], report="tidak/ada/report.xlsx")
    assert (status, "No such file or directory" in errors) == (1, True)
    assert await shell.people() == 0


async def test_many_rounded_numbers_are_told_as_a_fault_of_the_file(shell: Shell) -> None:
    _, lines, _ = await shell.run([person(NIP=1.98704122010012e17) for _ in range(4)] + [person()], dry_run=True)
    assert "4 baris menunjukkan kolom NIP terbaca sebagai angka; ubah format menjadi Teks" in "\n".join(lines)


async def test_a_joined_persons_new_telephone_is_remarked_on(shell: Shell) -> None:
    await shell.run([PERSON])
    async with shell.database.transaction() as session:
        await factories.link(session, (await session.scalars(select(Employee))).one(), 700, at=MORNING)
    _, lines, _ = await shell.run(
        [PERSON | {"NOMOR HP": "081299999999", "UNOR NAMA": "Bidang Lain"}], report="report.xlsx"
    )
    assert lines[-1] == "accepted 1, refused 0, left 0, warned 1"
    assert shell.report()[3][-1] == (
        "Diterima dengan catatan (pindah unit). Nomor HP berubah. Akun Telegram yang tersambung tetap; "
        "bila nomor lama kini dipakai orang lain, mohon beri tahu operator unit."
    )


async def test_no_number_or_telephone_is_printed(shell: Shell) -> None:
    rows = [PERSON, PERSON, person(NOMOR_HP="0541731001"), person(NIP=number()[:17])]
    _, lines, errors = await shell.run(rows)
    said = "\n".join([*lines, errors])
    assert not re.search(r"\d{9,}", said)
