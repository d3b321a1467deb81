"""The announcement's whole story as the people in it see it, and what a wrong text gets."""

import pytest

from db.models import Announcement, Batch, Outbox
from tests.announcing import TEXT, acts, comes, counted, previewed, renamed, report, rows_in, types
from tests.city import City


async def test_an_announcement_reaches_everyone_and_the_report_says_what_became_of_whom(city: City) -> None:
    officer, ani = await city.member("Ani Contoh", roles=("officer",))
    readers = [(await city.member(f"Pegawai {n}", sex="M"))[0] for n in range(6)]
    away, _ = await city.member("Budi Memblokir")
    away.blocks()
    gone, _ = await city.member("Cici Nonaktif")
    gone.deactivates()
    for n in range(2):
        await city.hired(f"Belum {n}")
    (_, strange) = await city.member("Dewi Contoh")
    await renamed(city, strange, '=HYPERLINK("http://contoh.invalid";"klik")')
    marked, siti = await city.member("Siti Contoh")
    await renamed(city, siti, "<b>Siti</b> & <script>")

    await counted(officer)
    shown = await officer.sees("Terjangkau:", new=True)
    assert "Pegawai: 13" in shown.text
    assert "– belum bergabung: 2" in shown.text
    await officer.taps("Pratinjau")
    final = await officer.sees("Bila sudah benar, silakan kirim", new=True)
    samples = [message.text for message in officer.received if "apel pukul 07.30" in message.text]
    assert len({text for text in samples if text.startswith("Yth. ")}) == 3
    await officer.taps("Kirim ke 10 orang", final)
    await officer.sees("Sedang dikirim", new=True)
    for n, reader in enumerate(readers):
        told = await reader.sees(f"Yth. Bapak Pegawai {n} dari Bidang Pelayanan, apel pukul 07.30.")
        assert "balas pesan ini" in told.text
    assert "Yth. Ibu <b>Siti</b> & <script> dari" in (await marked.sees("<script>")).text
    done = await comes(city, officer, "Selesai 24 November 2026 pukul 09.0")
    assert "Terkirim: 9 dari 10" in done.text
    assert "▰▰▰▰▰▰▰▰▰▱ 90 %" in done.text
    assert "– belum bergabung: 2" in done.text
    assert "– memblokir layanan ini: 1" in done.text
    assert "– akun Telegram nonaktif: 1" in done.text
    assert done.labels == ["Unduh laporan"]

    lines = {row["NAMA"]: row for row in await report(officer)}
    assert len(lines) == 13
    assert lines["Pegawai 3"]["KEADAAN"] == "terkirim"
    assert lines["Budi Memblokir"]["KEADAAN"] == "tidak terjangkau"
    assert lines["Budi Memblokir"]["ALASAN"] == "memblokir layanan ini"
    assert "buka blokir" in lines["Budi Memblokir"]["YANG PERLU DILAKUKAN"]
    assert "lembar kode" in lines["Belum 1"]["YANG PERLU DILAKUKAN"]
    assert lines["<b>Siti</b> & <script>"]["KEADAAN"] == "terkirim"
    assert lines['\'=HYPERLINK("http://contoh.invalid";"klik")']["KEADAAN"] == "terkirim"
    assert lines["Ani Contoh"]["NIP"] == ani.nip[:4] + "•" * 10 + ani.nip[-4:]
    assert not {row["MUNGKIN GANDA"] for row in lines.values()} - {""}
    sent = [entry for entry in city.simulator.ledger.accepted("sendMessage") if "apel pukul 07.30" in str(entry)]
    assert len([entry for entry in sent if entry.chat_id != officer.id]) == 8
    assert [one["people"] for one in await acts(city, "announcement.confirm")] == [13]
    assert len(await acts(city, "announcement.report")) == len(await acts(city, "announcement.preview")) == 1


async def test_what_is_formatted_stays_formatted_and_only_that(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await types(
        officer, "🎌 Penting: hadir, a < b, di sini, @ani, <i>bukan</i>",
        ("bold", "Penting", {}), ("spoiler", "hadir", {}), ("text_link", "di sini", {"url": "https://contoh.go.id/a?b=1&c=2"}),
        ("mention", "@ani", {}), ("text_link", "bukan", {"url": "tg://user?id=1"}),
    )  # fmt: skip
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Semua pegawai")
    await officer.sees("Terjangkau: 1", new=True)
    await officer.taps("Pratinjau")
    await officer.sees("Kirim ke 1 orang", new=True)
    sample = next(message for message in officer.received if message.text.startswith("🎌 Penting"))
    assert sample.text.startswith("🎌 Penting: hadir, a < b, di sini, @ani, <i>bukan</i>")
    kinds = [(entity["type"], entity.get("url")) for entity in sample.entities if entity["type"] != "mention"]
    link = ("text_link", "https://contoh.go.id/a?b=1&c=2")
    assert kinds[:3] == [("bold", None), ("spoiler", None), link]
    assert [kind for kind, _ in kinds[3:]] == ["italic"]  # the line below the text, not what was typed as <i>


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Yth. {{ nip }}", "{{ nip }} tidak dikenal"),
        ("Yth. {{ nama", "kurung kurawal di baris 1"),
        ("Satu\n{% for x in y %}{% endfor %}", "kurung kurawal di baris 2"),
        ("{{ nama.__class__ }}", "kurung kurawal"),
        ("Apel.\n\nYth. { nama }", "kurung kurawal di baris 3"),
        ("Yth. {nama}}", "kurung kurawal di baris 1"),
        ("kata " * 750, "terlalu panjang"),
        ("{{ unit }} " * 30, "terlalu panjang"),
    ],
)
async def test_a_wrong_text_says_what_to_mend_and_is_asked_for_again(city: City, text: str, told: str) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await officer.says(text)
    assert "ulang" in (await officer.sees(told, new=True)).text
    assert await rows_in(city, Announcement) == 0
    await officer.says(TEXT)
    await officer.sees("Kepada siapa", new=True)


async def test_a_restart_in_the_middle_of_composing_loses_nothing(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks")
    await city.restart()
    await officer.says(TEXT)
    await officer.sees("Kepada siapa", new=True)
    await officer.taps("Semua pegawai")
    await officer.sees("Terjangkau: 1", new=True)
    await city.restart()
    await officer.taps("Ubah teks")
    await officer.sees("ketik teks penggantinya", new=True)
    await city.restart()
    await officer.says("Rapat {{ nama }} dibatalkan.")
    await officer.sees("Terjangkau: 1", new=True)
    await officer.says("/siaran")
    await officer.sees("Silakan ketik teks", new=True)
    await officer.taps("Draf: dibatalkan")
    await officer.sees("Terjangkau: 1", new=True)
    await officer.taps("Batal")
    await officer.sees("sudah dibuang", new=True)
    assert await rows_in(city, Batch) == await rows_in(city, Outbox) == 0


async def test_two_taps_send_once_and_a_changed_text_needs_a_new_preview(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    first = await previewed(officer)
    await officer.taps("Ubah teks", first)
    await officer.sees("ketik teks penggantinya", new=True)
    await officer.says("Apel {{ nama }} pukul 08.00.")
    await officer.sees("Terjangkau: 1", new=True)
    press = await officer.presses_data(first, "ann_send:1:" + "0" * 16)
    assert "pratinjaunya sekali lagi" in (await officer.toast("pratinjaunya")).text
    assert press.answers
    await officer.taps("Pratinjau")
    screen = await officer.sees("Bila sudah benar", new=True)
    await officer.taps("Kirim ke 1 orang", screen)
    await officer.taps("Kirim ke 1 orang", screen)
    await comes(city, officer, "Selesai")
    assert await rows_in(city, Batch) == 1
    assert len([one for one in city.simulator.ledger.texts(officer.id) if "P-000001" in one]) == 1


async def test_only_officers_write_and_a_draft_is_its_authors(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    other, _ = await city.member("Beni Contoh", roles=("officer",))
    employee, _ = await city.member("Cici Contoh")
    screen = await previewed(officer)
    codes = [button["callback_data"] for row in screen.buttons for button in row]
    await other.says("/siaran")
    theirs = await other.sees("Silakan ketik teks")
    assert not [label for label in theirs.labels if "Draf" in label]
    await employee.says("/menu")
    menu = await employee.sees("ada yang bisa kami bantu")
    for code in codes:
        await other.presses_data(theirs, code)
        assert "tidak dapat Bapak/Ibu gunakan" in (await other.toast("tidak dapat")).text
        await employee.presses_data(menu, code)
        assert "tidak dapat Bapak/Ibu gunakan" in (await employee.toast("tidak dapat")).text
    assert await rows_in(city, Batch) == 0
