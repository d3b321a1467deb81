"""A survey ends: on its day however the clock gets there, or by an officer; what is left of it, and what is shown."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.jobs import JOBS, run_job
from bot.simulator.people import NotSeenError
from db import facts
from db.clock import system_now
from db.models import Outbox, SurveyDraft, SurveyParticipant
from tests.announcing import acts, comes, rows_in, tick
from tests.city import City
from tests.running_surveys import TITLE, opened, passes, prepared, rounds_of

KEPT_OUT = "invited"


async def begun(city: City, **states: str) -> None:
    """Let people have come as far as said, each with something kept of it."""
    async with city.database.transaction() as session:
        for one in await session.scalars(select(SurveyParticipant)):
            one.state = states.get(f"p{one.employee_id}", KEPT_OUT)
            if one.state != KEPT_OUT:
                session.add(SurveyDraft(participant_id=one.id, round_id=one.round_id, draft_sealed=b"x"))


async def test_on_its_day_a_moved_clock_closes_it_and_the_officer_hears(city: City) -> None:
    async with city.database.transaction() as session:
        await facts.put(session, facts.DEMO, {"is": True})
        await facts.put(session, facts.CLOCK, {"offset": city.clock.offset.total_seconds()})
    officer, first = await city.member("Ani Contoh", roles=("officer",))
    person, second = await city.member("Rina Contoh")
    await opened(officer)
    await comes(city, person, TITLE)
    await begun(city, **{f"p{first.id}": "finished", f"p{second.id}": "started"})
    await officer.says("/kelola_survei")
    await officer.taps(f"Berjalan: {TITLE}", await officer.sees("Kelola survei", new=True))
    screen = await officer.sees("Sedang mengisi: 1\nSelesai mengisi: 1 (50 %)", new=True)

    async with city.database.transaction() as session:
        await facts.aim_clock(session, city.clock.now() + timedelta(days=20), system_now())
    assert city.service is not None
    await run_job(city.service.tools, next(job for job in JOBS if job.name == "clock"))
    told = await officer.sees("sudah sampai batas waktunya")
    assert "Dari 2 pegawai yang ditanya, 1 sudah mengirim jawaban." in told.text
    await officer.taps("Lihat survei", told)
    await officer.sees("Selesai Selasa, 8 Desember 2026 pukul 17.00 WITA", new=True)
    [one] = await rounds_of(city)
    assert one.closed_at is not None
    assert one.closes_at is not None
    assert timedelta() <= one.closed_at - one.closes_at < timedelta(minutes=1)
    assert await rows_in(city, SurveyDraft) == 0
    [entry] = await acts(city, "survey.close")
    assert entry == {"people": 2}
    await officer.taps("Tutup survei", screen)  # an old screen, still standing in the chat
    await officer.sees("Selesai Selasa, 8 Desember 2026", new=True)
    assert "Tutup survei" not in screen.labels


async def test_closed_before_the_invitation_has_gone_nobody_is_invited_any_more(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")
    city.clock.offset += timedelta(hours=12)  # 21.00
    await opened(officer)
    await officer.taps("Tutup survei")
    await officer.taps("Tutup survei", await officer.sees("sekali lagi", new=True))
    await officer.sees("Selesai", new=True)
    city.clock.offset += timedelta(hours=12)
    await tick(city)
    async with city.database.reading() as session:
        states = set(await session.scalars(select(Outbox.state).where(Outbox.batch_id.is_not(None))))
    assert states == {"cancelled"}
    with pytest.raises(NotSeenError):
        await person.sees(TITLE, timeout=0.2)


async def test_rates_are_by_agency_and_small_ones_are_not_told_apart(city: City) -> None:
    officer, who = await city.member("Ani Contoh", roles=("officer",), agency="BKPSDM")
    people = [await city.hired(f"Pegawai {n}", agency="Dinas Sosial") for n in range(6)]
    for n in range(5):
        await city.hired(f"Pekerja {n}", agency="Dinas Pangan")
    await city.hired("Sendiri", agency="Dinas Kecil")
    await opened(officer)
    await begun(city, **{f"p{one.id}": "finished" for one in (who, *people[:3])})
    await officer.taps("Tingkat jawaban per OPD")
    screen = await officer.sees("Tingkat jawaban per perangkat daerah", new=True)
    assert "– Dinas Sosial: 50 %\n– 3 perangkat daerah kecil bersama: 14 %" in screen.text  # else two were told
    for name in ("Dinas Kecil", "BKPSDM", "Dinas Pangan"):
        assert name not in screen.text
    await officer.presses_data(screen, "svk_rates:1:-3")
    await officer.presses_data(screen, "svk_rates:1:9223372036854775807")
    await officer.toast()
    assert "– Dinas Sosial: 50 %" in screen.text
    await officer.taps("Kembali")
    await officer.sees("Selesai mengisi: 4", new=True)


async def test_an_agency_opens_its_units_and_small_ones_are_told_together(city: City) -> None:
    officer, who = await city.member("Ani Contoh", roles=("officer",), agency="BKPSDM")
    asked = {"Sekretariat": 8, "Bidang Anak": 6, "Bidang Lansia": 5, "UPTD Panti": 3, **{f"Seksi {n:02}": 5 for n in
             range(14)}}  # fmt: skip
    people = {name: [await city.hired(f"{name} {n}", agency="Dinas Sosial", unit_name=name) for n in range(many)]
              for name, many in asked.items()}  # fmt: skip
    await city.hired("Sendiri", agency="Dinas Kecil")
    for n in range(4):
        await city.hired(f"Pekerja {n}", agency="Dinas Pangan")
    await opened(officer)
    await begun(city, **{f"p{one.id}": "finished" for one in (*people["Sekretariat"][:2], *people["UPTD Panti"])})
    await officer.taps("Tingkat jawaban per OPD")
    agencies = await officer.sees("melihat unit di dalamnya", new=True)
    assert agencies.labels == ["Dinas Sosial", "Kembali"]
    await officer.taps("Dinas Sosial", agencies)
    first = await officer.sees("Tingkat jawaban per unit, Dinas Sosial (5 %)", new=True)
    assert "– Sekretariat: 25 %" in first.text
    assert "– 2 unit kecil, digabung: 38 %" in first.text  # with the least of the others: three taken from all are few
    second = await officer.taps("Berikutnya", first)
    screen = await officer.sees("– Seksi 13: 0 %", new=True)
    assert second is screen
    assert screen.labels == ["Sebelumnya", "Kembali"]
    assert not any("UPTD Panti" in one.text for one in officer.received)
    for hidden in (who.agency_id, 0, -1, 2**62):
        await officer.presses_data(screen, f"svk_units:1:{hidden}:0")
        await officer.toast("tidak")
    await officer.taps("Kembali", screen)
    await officer.sees("Tingkat jawaban per perangkat daerah", new=True)


async def test_an_anonymous_round_shows_no_more_than_who_has_finished_and_ends_in_closing(city: City) -> None:
    officer, who = await city.member("Ani Contoh", roles=("officer",))
    await city.member("Rina Contoh")
    await prepared(officer)
    await officer.taps("Ubah sifat")
    await officer.taps("anonim setelah ditutup", await officer.sees("Sifat survei", new=True))
    await officer.sees("kurang dari 5 orang, jawabannya dihapus tanpa hasil", new=True)
    await officer.taps("Buka survei")
    screen = await officer.sees("Berjalan sampai", new=True)
    await begun(city, **{f"p{who.id}": "started"})
    await officer.taps("Muat ulang", screen)
    await officer.toast()
    assert "Selesai mengisi: 0" in screen.text
    assert "Sedang mengisi" not in screen.text
    await officer.taps("Tutup survei", screen)
    asking = await officer.sees("Sambungan antara jawaban dan pegawai dimusnahkan", new=True)
    await officer.taps("Tutup survei", asking)
    await officer.sees("Sedang ditutup", new=True)
    [one] = await rounds_of(city)
    assert one.state == "closing"
    assert await rows_in(city, SurveyDraft) == 1  # for the rewriting to find


async def test_the_day_passes_unseen_where_nothing_is_due(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await opened(officer)
    await passes(city, days=13)
    assert [one.state for one in await rounds_of(city)] == ["open"]
    await passes(city, days=2)
    assert [one.state for one in await rounds_of(city)] == ["closed"]
    await passes(city, days=1)
    assert len(await acts(city, "survey.close")) == 1
