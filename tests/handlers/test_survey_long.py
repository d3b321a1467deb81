"""A survey as long as its file may be: every screen still fits a message."""

from db.surveys.definition import Secrecy
from tests.answering import after, asked, begins, types
from tests.city import City
from tests.handlers.test_survey_kinds import ONE_DATABASE
from tests.surveying import question, survey

LONG = ("kata-kata " * 200)[:2000].rstrip()
LINE = ("panjang " * 25).rstrip()
CHOICES = [{"code": f"A{number}", "text": {"id": f"{number} {LINE}"[:200]}} for number in range(30)]
ENDS = ("low_label", "high_label")
SURVEY = survey(
    {"code": "Q1", "kind": "multiple", "text": {"id": LONG}, "hint": {"id": LONG}, "options": CHOICES, "part": "P"},
    question("Q2", "nps", text={"id": LONG}, hint={"id": LONG}, part="P", **{key: {"id": LINE} for key in ENDS}),
    question("Q3", "long_text", text={"id": LONG}, part="P"),
    question("Q4", "short_text", text={"id": f"{'{{ answer.Q3 }} ' * 30}: {LONG}"[:2000]}, part="P",
             show_if={"question": "Q3", "answered": True}),
    title={"id": f"Survei {LINE}"[:200]}, intro={"id": LONG}, closing={"id": LONG},
    parts=[{"code": "P", "title": {"id": LINE}}],
)  # fmt: skip


@ONE_DATABASE
async def test_the_longest_survey_is_answered_to_its_end(city: City) -> None:
    person, who = await city.member("Rina Contoh " + "N" * 100)
    round_id = await asked(city, [who], SURVEY, secrecy=Secrecy.ANONYMOUS)
    first = await begins(person, "Survei panjang")
    assert "Selama survei terbuka" in first.text
    for number in range(len(CHOICES)):
        await person.presses_data(first, f"sv_pick:{round_id}:0:{number}:1:0")
        await person.toast()
    assert first.text.count("panjang") > 24
    await after(person, "Lanjutkan", "Pertanyaan 2")
    await types(person, "99", "Pertanyaan 2")
    await types(person, "9", "Pertanyaan 3")
    await types(person, "x" * 4000, "Mohon dipersingkat")
    await types(person, "💥" * 500, "Pertanyaan 4")
    await types(person, "y" * 100, "Tinjau jawaban")
    await after(person, "Kirim jawaban", "sudah dikirim")
