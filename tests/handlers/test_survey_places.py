"""Picking agencies, units and districts among hundreds: own options first, pages, searching by typing."""

from db.engine import Session
from db.surveys import places
from db.surveys.definition import Picks
from tests import factories
from tests.answering import after, asked, ballot_of, begins, types
from tests.city import City
from tests.handlers.test_survey_kinds import ONE_DATABASE
from tests.surveying import options, question, survey


async def agencies(session: Session, count: int) -> None:
    for number in range(count):
        await factories.unit(session, f"Dinas Nomor {number:02d}", f"Bidang {number:02d}")


@ONE_DATABASE
async def test_an_agency_is_found_among_many_and_ranked(city: City) -> None:
    person, who = await city.member("Rina Contoh")
    async with city.database.transaction() as session:
        await agencies(session, 20)
    own = options("MANA", exclusive=True)
    definition = survey(question("Q1", "unit", options=own, max=2), question("Q2", "unit", picks="unit"))
    round_id = await asked(city, [who], definition)
    first = await begins(person, "Coba")
    assert first.labels[:2] == ["Pilihan MANA", "Dinas Contoh"]
    assert first.labels[8:] == ["Dinas Nomor 06", "Berikutnya", "Daftar survei", "Lewati"]
    second = await after(person, "Berikutnya", "Dinas Nomor 14")
    assert "Pilihan MANA" not in second.labels
    picked = await after(person, "Dinas Nomor 09", "1. Dinas Nomor 09")
    assert picked.labels[0] == "1. Dinas Nomor 09"
    found = await types(person, "nomor 1", 'Hasil untuk "nomor 1": 11')
    assert found.labels[0] == "1. Dinas Nomor 09"
    await after(person, "Berikutnya", "Dinas Nomor 19")
    ranked = await after(person, "Dinas Nomor 19", "2. Dinas Nomor 19")
    assert "Jawaban sekarang: 1. Dinas Nomor 09; 2. Dinas Nomor 19" in ranked.text
    await person.taps("Dinas Nomor 18")
    assert "Paling banyak 2" in (await person.toast("Paling banyak")).text
    await after(person, "Seluruh daftar", "Pilihan MANA")
    await types(person, "tidak ada begitu", '"tidak ada begitu" belum ditemukan')
    for long in ("dinas " * 680, "a " * 2000):  # a letter, pasted where a name is looked for
        await types(person, long, "belum ditemukan dalam daftar")
    alone = await after(person, "Pilihan MANA", "✓ Pilihan MANA")
    assert "1. Dinas Nomor 09" not in alone.labels
    await types(person, "dinas nomor 03", "Hasil")
    await after(person, "Dinas Nomor 03", "1. Dinas Nomor 03")

    units = await after(person, "Lanjutkan", "Tanya Q2")
    assert "Bidang 00 · Dinas Nomor 00" in units.labels
    await types(person, "BIDANG 07", "Hasil")
    await after(person, "Bidang 07 · Dinas Nomor 07", "1. Bidang 07")
    review = await after(person, "Lanjutkan", "Tinjau jawaban")
    assert "→ Dinas Nomor 03" in review.text
    assert "→ Bidang 07 · Dinas Nomor 07" in review.text
    await after(person, "Kirim jawaban", "sudah dikirim")
    kept = await ballot_of(city, who, round_id)
    assert kept is not None
    assert all(pick.startswith("#") for picks in kept[1].values() for pick in picks)

    screen = await after(person, "Lihat atau ubah", "Tinjau")
    await after(person, "2. Tanya Q2", "Tanya Q2")
    for data in (f"sv_unit:{round_id}:1:999999:1:0", f"sv_unit:{round_id}:1:a b:1:0", f"sv_unit:{round_id}:9:1:1:0"):
        await person.presses_data(screen, data)
        await person.toast("tidak berlaku")
    assert (await ballot_of(city, who, round_id)) is not None


async def test_districts_come_from_the_units(city: City) -> None:
    async with city.database.transaction() as session:
        for number, where in enumerate(("Samarinda Ulu", "Palaran", "Samarinda Ulu", None)):
            unit = await factories.unit(session, f"Kantor {number}")
            unit.kecamatan = where
        await session.flush()
        found, total = await places.found(session, Picks.PLACE, "")
        assert [(one.reference, one.name) for one in found] == [
            ("#palaran", "Palaran"),
            ("#samarinda-ulu", "Samarinda Ulu"),
        ]
        assert total == 2
        assert (await places.found(session, Picks.PLACE, "ulu sama"))[1] == 1
        assert await places.named(session, Picks.PLACE, ["#palaran", "#x"]) == {"#palaran": "Palaran"}
        assert (await places.found(session, Picks.AGENCY, "100%_"))[1] == 0
        assert (await places.found(session, Picks.AGENCY, "KANTOR", first=2, count=1))[0][0].name == "Kantor 2"
        assert await places.named(session, Picks.AGENCY, ["#abc", "#" + "9" * 30]) == {}
