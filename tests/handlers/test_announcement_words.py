"""The words of announcements: salutations and titles, what a list calls each, and every reason in both languages."""

from typing import Any

import pytest

from content.catalog import LANGUAGES, Catalog
from content.errors import OfficeTextError
from content.markup import fits
from db.outbox import Reason, State
from handlers.office.announcement import written
from handlers.office.announcement.progress import SCREEN
from handlers.office.announcement.words import audience_words, reason_words, title
from handlers.outgoing import worded

CATALOG = Catalog()
RINA = {
    "full_name": "Rina Wulandari",
    "title_prefix": "Dr.",
    "title_suffix": "S.Pd., M.Si.",
    "sex": "F",
    "unit": "Dinas Sosial",
}


def written_for(text: str, person: dict[str, Any], language: str = "id", **defaults: str) -> str:
    values = {"text": text, "defaults": defaults, "person": person, "reference": "P-000007"}
    return worded(CATALOG, "announcements/office_text", values, language)


def test_a_reader_is_addressed_with_titles_in_the_texts_own_language() -> None:
    text = "Yth. {{ sapaan }} {{ nama }}, {{ unit }}."
    assert written_for(text, RINA).startswith(
        "Yth. Ibu Dr. Rina Wulandari, S.Pd., M.Si., Dinas Sosial.\n\n<i>Pengumuman"
    )
    assert written_for(text, {**RINA, "sex": "M", "title_prefix": None}, "en").startswith(
        "Yth. Bapak Rina Wulandari, S.Pd."
    )
    assert written_for(text, {**RINA, "sex": None, "title_suffix": ""}).startswith(
        "Yth. Bapak/Ibu Dr. Rina Wulandari, D"
    )
    assert "P-000007" in written_for(text, RINA)


def test_values_are_escaped_and_a_default_stands_only_where_one_lacks() -> None:
    person = {**RINA, "full_name": "<b>Siti</b> & {{ unit }}", "title_prefix": None, "title_suffix": None, "unit": " "}
    assert written_for("{{ nama }} | {{ unit }}", person, unit="unit <Anda>", nama="rekan").startswith(
        "&lt;b&gt;Siti&lt;/b&gt; &amp; {{ unit }} | unit &lt;Anda&gt;\n"
    )
    with pytest.raises(OfficeTextError):
        written_for("{{ unit }}", person)


def test_a_text_has_room_for_the_longest_reader() -> None:
    assert written.check("x" * written.LONGEST_TEXT).placeholders == ()
    for source in ("x" * (written.LONGEST_TEXT + 1), "x" * 3400 + "{{ nama }}{{ unit }}{{ unit }}"):
        with pytest.raises(OfficeTextError) as refused:
            written.check(source)
        assert refused.value.code == "too_long"
        assert refused.value.values["length"] > refused.value.values["limit"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("source", "called"),
    [
        ("Yth. {{ sapaan }} {{ nama }},\n\n<b>Apel</b> gabungan &amp; upacara", "Apel gabungan & upacara"),
        ("Rapat", "Rapat"),
        ("Yth. {{ nama }}, apel pukul 07.30.", "apel pukul 07.30"),
        ("{{ nama }}", "{{ nama }}"),
        ("Jadwal apel gabungan seluruh perangkat daerah bulan ini", "Jadwal apel gabungan seluruh perangkat…"),
    ],
)
def test_an_announcement_is_called_by_its_longest_own_words(source: str, called: str) -> None:
    assert title(source) == called


def test_an_audience_of_many_units_is_named_as_far_as_there_is_room() -> None:
    names = [f"Dinas Nomor {n:02d} Kota Samarinda" for n in range(40)]
    said = audience_words(CATALOG, {"everyone": False, "units": names}, "id")
    assert said.startswith("Dinas Nomor 00 Kota Samarinda; ")
    assert said.endswith("unit lain")
    assert len(said) < 400
    assert audience_words(CATALOG, {"everyone": False, "units": names[:2]}, "en") == "; ".join(names[:2])
    assert audience_words(CATALOG, {"everyone": True, "units": []}, "en") == "all employees"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_and_every_reason_has_its_words(language: str) -> None:
    said = reason_words(CATALOG, dict.fromkeys(Reason, 1), language)
    assert len({one["words"] for one in said}) == len(Reason)
    for state in State:
        assert CATALOG.label(f"report_states.{state}", language)
    arrived = {Reason.CLAIMED, Reason.ACCEPTED, Reason.NOT_MODIFIED, Reason.ALREADY_GONE}
    for reason in set(Reason) - arrived:
        assert CATALOG.label(f"advice.{reason}", language).endswith(".")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["waiting", "running", "paused", "finished", "cancelled"])
def test_the_progress_screen_says_each_state_in_words_and_numbers(language: str, state: str) -> None:
    moment = "2026-11-24T01:00:00+00:00"
    values = {
        "id": 1, "title": "<Apel>", "state": state, "by_errors": True, "total": 14003, "reachable": 12003, "sent": 6003,
        "rate": 25.0, "ready_at": moment, "opens_at": moment if state == "waiting" else None, "ended_at": moment,
        "reasons": {"blocked": 2}, "maybe_twice": 1,
    }  # fmt: skip
    said = worded(CATALOG, SCREEN, values, language)
    assert "&lt;Apel&gt;" in said
    assert ("▰▰▰▰▰▱▱▱▱▱ 50" in said) is (state != "waiting")
    assert ("<b>6.003</b> dari 12.003" if language == "id" else "<b>6,003</b> of 12,003") in said
    assert "▰" not in worded(CATALOG, SCREEN, {**values, "sent": 0}, language)
    assert len({worded(CATALOG, SCREEN, {**values, "state": one, "opens_at": moment}, language)
                for one in ("waiting", "running", "paused", "finished", "cancelled")}) == 5  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_outside_the_window_the_last_message_has_its_day_too(language: str) -> None:
    now = {"first": "2026-11-24T15:50:00+00:00", "last": "2026-11-24T16:10:00+00:00"}  # over midnight in Samarinda
    said = worded(CATALOG, "announcements/outside", {"now": now, "planned": now}, language)
    last = "Rabu, 25 November 2026 pukul 00.10" if language == "id" else "Wednesday, 25 November 2026 00:10"
    assert said.count(last) == 2


def test_the_longest_text_fits_every_screen_it_stands_on() -> None:
    text = "<b>" + "x" * (written.LONGEST_TEXT - 10) + "</b>{{ nama }}"
    audience = {"everyone": False, "units": [f"Dinas dengan Nama yang Sangat Panjang {n:03d}" for n in range(300)]}
    asked = {"id": 1, "approval": 1, "text": text, "people": 12000, "audience": audience,
             "scheduled": False, "in_spite": False}  # fmt: skip
    for language in LANGUAGES:
        for name, values in (
            ("announcements/approval_asked", asked),
            ("announcements/audience", {"text": text}),
            ("announcements/rewrite", {"text": text}),
        ):
            assert fits(worded(CATALOG, name, values, language))
    longest = {**RINA, "full_name": "R" * 90, "unit": "U" * 200}
    assert fits(written_for("x" * 3680 + "{{ unit }}", longest))
