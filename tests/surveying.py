"""Small surveys for the tests, as plain mappings; valid unless a test spoils them."""

from typing import Any

from db.surveys import reading
from db.surveys.definition import Definition


def options(*codes: str, **extra: Any) -> list[dict[str, Any]]:
    """Options with words of their own; `extra` goes to the last."""
    made: list[dict[str, Any]] = [{"code": code, "text": {"id": f"Pilihan {code}"}} for code in codes]
    made[-1].update(extra)
    return made


def single(code: str, *codes: str, **fields: Any) -> dict[str, Any]:
    """A single choice, between A and B unless said otherwise."""
    return {
        "code": code,
        "kind": "single",
        "text": {"id": f"Tanya {code}"},
        "options": options(*(codes or ("A", "B"))),
        **fields,
    }


def several(code: str, *codes: str, **fields: Any) -> dict[str, Any]:
    """A multiple choice among A, B and C unless said otherwise."""
    return {**single(code, *(codes or ("A", "B", "C"))), "kind": "multiple", **fields}


def question(code: str, kind: str, **fields: Any) -> dict[str, Any]:
    """A question of any other kind with what that kind needs."""
    needed: dict[str, dict[str, Any]] = {
        "scale": {"low_label": {"id": "Tidak"}, "high_label": {"id": "Sangat"}},
        "consent": {"purpose": "survey"},
        "unit": {"picks": "agency"},
    }
    return {"code": code, "kind": kind, "text": {"id": f"Tanya {code}"}, **needed.get(kind, {}), **fields}


def survey(*questions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A survey of these questions."""
    return {"code": "COBA", "version": 1, "title": {"id": "Coba"}, **fields, "questions": list(questions)}


def defined(*questions: dict[str, Any], **fields: Any) -> Definition:
    """The typed definition of such a survey."""
    return reading.read(survey(*questions, **fields))
