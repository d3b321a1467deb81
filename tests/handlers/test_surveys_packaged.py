"""The office's own survey files: taken like packaged ones; a broken one keeps nobody from the others."""

from pathlib import Path

from handlers.office.surveys.packaged import packaged

OWN = """
code: LAYANAN
version: 3
title: Survei layanan
questions:
  - {code: Q1, kind: yes_no, text: Sudah puas?}
"""


def test_the_offices_own_are_added_or_take_a_packaged_ones_place_and_broken_ones_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "surveys").mkdir()
    (tmp_path / "surveys" / "layanan.yaml").write_text(OWN)
    (tmp_path / "surveys" / "rusak.yaml").write_text("code: [")
    (tmp_path / "surveys" / "kurang.yaml").write_text("{code: X, version: 1, title: X, questions: []}")
    (tmp_path / "surveys" / "buntu.yaml").write_text(
        OWN.replace("LAYANAN", "BUNTU").replace("yes_no,", "yes_no, show_if: {question: Q9, answered: true},")
    )
    assert [(one.code, one.version) for one in packaged(tmp_path)] == [("LAYANAN", 3), ("MINAT2026", 1)]
    (tmp_path / "surveys" / "minat_2026.yaml").write_text(OWN.replace("LAYANAN", "MINAT2026"))
    packaged.cache_clear()
    assert [(one.code, one.version) for one in packaged(tmp_path)] == [("LAYANAN", 3), ("MINAT2026", 3)]
    assert [one.code for one in packaged(None)] == ["MINAT2026"]
