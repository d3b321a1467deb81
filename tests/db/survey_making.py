"""Random surveys as plain mappings, and what a person with a restless thumb may do to one."""

from random import Random
from typing import Any

KINDS = ("single", "single", "multiple", "multiple", "multiple", "ranked", "ranked", "scale", "nps", "yes_no", "number",
         "short_text", "page", "consent")  # fmt: skip
"""Lists of choices most often: they can go wrong in most ways."""
ATTRIBUTE_WORDS = ("PNS", "CPNS", "PPPK", "PPPK_PW")
Question = dict[str, Any]


def random_survey(chance: Random) -> dict[str, Any]:
    """Make a survey of 3 to 7 questions, most of which look back at earlier ones."""
    questions: list[Question] = []
    if chance.random() < 0.5:
        questions.append({"code": "C0", "kind": "consent", "purpose": "survey", "required": True, "text": {"id": "C0"}})
    for number in range(chance.randint(3, 7)):
        questions.append(_question(chance, f"Q{number}", questions))
    return {"code": "ACAK", "version": 1, "title": {"id": "Acak"}, "questions": questions}


def _question(chance: Random, code: str, before: list[Question]) -> Question:
    kind = chance.choice(KINDS)
    question: Question = {"code": code, "kind": kind, "text": {"id": code}}
    if kind != "page" and chance.random() < 0.3:
        question["required"] = True
    if before and chance.random() < 0.5:
        question["show_if"] = _condition(chance, before)
    if kind in ("single", "multiple", "ranked"):
        _add_options(chance, question, before)
    if kind == "scale":
        question |= {"max": chance.randint(3, 7), "low_label": {"id": "a"}, "high_label": {"id": "b"}}
    if kind == "consent":
        question["purpose"] = "other"
    if kind == "number":
        question |= {"min": 2, "max": 40}
    if kind == "short_text":
        question["max"] = 12
    return question


def _add_options(chance: Random, question: Question, before: list[Question]) -> None:
    sources = [one["code"] for one in before if one["kind"] in ("multiple", "ranked") and "options" in one]
    if question["kind"] != "single":
        if chance.random() < 0.4:
            question["max"] = chance.randint(1, 3)
        if chance.random() < 0.3:
            question["min"] = 2 if question.get("max", 2) >= 2 else 1
        if sources and chance.random() < 0.6:
            question["options_from"] = chance.choice(sources)
            return
    codes = "ABCDE"[: chance.randint(3, 5)]
    question["options"] = [{"code": one, "text": {"id": f"Pilihan {one}"}} for one in codes]
    if before and chance.random() < 0.8:
        near = possible(before[-1], before)
        for option in question["options"][: chance.randint(1, 2)]:
            lean = {"question": before[-1]["code"], "is": chance.choice(near)} if near else None
            option["show_if"] = lean if lean and chance.random() < 0.7 else _condition(chance, before)
    if question["kind"] != "single" and chance.random() < 0.4:
        question["options"][-1]["exclusive"] = True


def _condition(chance: Random, before: list[Question], depth: int = 0) -> dict[str, Any]:  # noqa: PLR0911
    shape = chance.random()
    if depth < 2 and shape < 0.15:
        return {"all": [_condition(chance, before, depth + 1) for _ in range(2)]}
    if depth < 2 and shape < 0.3:
        return {"any": [_condition(chance, before, depth + 1) for _ in range(2)]}
    if depth < 2 and shape < 0.4:
        return {"not": _condition(chance, before, depth + 1)}
    if shape < 0.5:
        return {"attribute": "employment_type", "in": list(chance.sample(ATTRIBUTE_WORDS, 2))}
    asked = before[-1] if chance.random() < 0.5 else chance.choice(before)
    if shape < 0.6 or not (codes := possible(asked, before)):
        return {"question": asked["code"], "answered": True}
    if shape < 0.8:
        return {"question": asked["code"], "is": chance.choice(codes)}
    return {"question": asked["code"], "in": sorted({chance.choice(codes) for _ in range(2)})}


def possible(question: Question, before: list[Question]) -> list[str]:
    """Every code an answer to a question may have, as buttons would carry it."""
    if "options_from" in question:
        question = next(one for one in before if one["code"] == question["options_from"])
    fixed = {
        "yes_no": ["YA", "TIDAK"],
        "consent": ["SETUJU", "TIDAK"],
        "nps": [str(point) for point in range(11)],
        "scale": [str(point) for point in range(1, question.get("max", 5) + 1)],
    }
    return fixed.get(question["kind"]) or [one["code"] for one in question.get("options", [])]


def random_event(chance: Random, survey: dict[str, Any], at: str | None, *, wavers: bool) -> tuple[Any, ...]:
    """Give an event: mostly for the screen, else an old button, a wrong one, or one of another device's screen.

    Who `wavers` goes back about as often as on.
    """
    questions = survey["questions"]
    if at is None and chance.random() < 0.7:
        return chance.choice([("edit", chance.choice(questions)["code"]), ("back", None)])
    here = next((one for one in questions if one["code"] == at), questions[0])
    question = here if chance.random() < 0.8 else chance.choice(questions)
    code, codes = question["code"], [*possible(question, questions), "TIADA"]
    value = chance.choice(codes[:-1] if chance.random() < 0.9 and len(codes) > 1 else codes)
    answering = {"multiple": "toggle", "ranked": "toggle", "page": "continue"}.get(question["kind"], "choose")
    typed = ("type", chance.choice(["1", "2", "3", "5", "12", "41", "99", "ya", "tidak", "kata", "kata yang panjang"]))
    if question["kind"] in ("number", "short_text") and chance.random() < 0.6:
        return typed
    weights = [14 if answering == "toggle" else 5, 2, 0.7, 4 if wavers else 1, 1, 0.5, 0.5]
    act = chance.choices([answering, "continue", "skip", "back", "type", "edit", "review"], weights)[0]
    if act == "toggle":
        return (act, code, value, chance.random() < 0.75)
    if act == "type":
        return typed
    return (act, code, value) if act == "choose" else (act, code)
