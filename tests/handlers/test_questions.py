"""A question from the person's first word to the closing, as the two sides see it."""

from tests.city import City


async def test_a_question_is_asked_answered_and_settled(city: City) -> None:
    officer, _ = await city.member("Ani Contoh", roles=("officer",))
    person, _ = await city.member("Rina Contoh")

    await person.says("/tanya")
    await person.sees("Mohon jangan menulis data kesehatan atau nama orang lain")
    await person.says("Kapan saya menerima petikan keputusan?")
    received = await person.sees("dengan nomor T-2026-")
    assert "paling lambat Kamis, 26 November 2026" in received.text
    number = received.text.partition("dengan nomor ")[2][:12]

    notice = await officer.sees(f"pertanyaan baru untuk Bapak/Ibu: {number}")
    assert "petikan" not in notice.text
    assert "Rina" not in notice.text
    await officer.says("/tindak_lanjut")
    await officer.sees("Menunggu jawaban: 1 · milik Bapak/Ibu: 1", new=True)
    await officer.taps(number)
    request = await officer.sees("Kapan saya menerima petikan keputusan?")
    assert "Ibu Rina Contoh, Bidang Pelayanan" in request.text
    await officer.taps("Jawab")
    await officer.sees("Tulis jawabannya")
    await officer.says("Paling lambat hari Jumat, lewat surat di sini.")
    await officer.sees(f"Jawaban untuk {number} sudah diteruskan")

    answer = await person.sees("Paling lambat hari Jumat, lewat surat di sini.")
    assert "Kapan saya menerima petikan keputusan?" in answer.text
    assert "Ani" not in answer.text
    assert answer.labels == ["Selesai", "Buka lagi"]
    await person.taps("Selesai")
    await person.sees("Pertanyaan ini sudah selesai", new=True)
    await officer.says("/tindak_lanjut")
    await officer.sees("Menunggu jawaban: 0", new=True)
