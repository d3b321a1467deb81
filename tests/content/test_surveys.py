"""Survey definitions as files: the packaged one, an office's own, and their texts on a screen."""

from pathlib import Path

import pytest

from content import surveys
from content.errors import FileError
from content.markup import is_sound


def test_the_packaged_survey_is_listed_and_an_office_s_own_beside_it(tmp_path: Path) -> None:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "surveys" / "pulsa.yaml").write_text("code: PULSA\n")
    assert surveys.names() == ["minat_2026"]
    assert surveys.names(tmp_path) == ["minat_2026", "pulsa"]
    assert surveys.survey("pulsa", tmp_path) == {"code": "PULSA"}
    assert surveys.survey("minat_2026", tmp_path)["code"] == "MINAT2026"


def test_an_office_s_own_file_stands_in_place_of_the_packaged(tmp_path: Path) -> None:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "surveys" / "minat_2026.yaml").write_text("code: LAIN\n")
    assert surveys.survey("minat_2026", tmp_path) == {"code": "LAIN"}


def test_a_survey_nobody_wrote_is_missing() -> None:
    with pytest.raises(FileError) as caught:
        surveys.survey("tidak_ada")
    assert caught.value.code == "missing"


def test_a_text_is_shown_bold_and_with_its_values_and_nothing_else_is_markup() -> None:
    said = surveys.shown("**Tadi** {{ answer.Q1 }}, {{nama}} <i> {{ lain }}", {"answer.Q1": "<b>A & B", "nama": "Rina"})
    assert said == "<b>Tadi</b> &lt;b&gt;A &amp; B, Rina &lt;i&gt; {{ lain }}"
    assert is_sound(said)


def test_what_a_person_said_is_never_taken_for_markup_or_a_placeholder() -> None:
    said = surveys.shown("{{ answer.Q1 }}", {"answer.Q1": "**x** {{ nama }}", "nama": "Rina"})
    assert said == "**x** {{ nama }}"


def test_the_first_page_says_what_decides_trust() -> None:
    survey = surveys.survey("minat_2026")
    assert "**bukan** pengajuan pindah atau mutasi dan bukan janji penempatan" in survey["intro"]["id"]
    consent = survey["questions"][0]["text"]["id"]
    assert "paling lama 24 bulan" in consent
    assert "Atasan tidak dapat melihatnya." in consent
