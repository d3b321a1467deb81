"""A second, naive account of answering, written from the definition's plain mapping alone; it imports nothing of ours.

Events are tuples: ("choose", code, value), ("toggle", code, value, on), ("type", text), ("continue", code),
("skip", code), ("back", code or None), ("edit", code), ("review", code). `step` says what became of
one: moved, stayed, or refused.
"""

from typing import Any

IMPLIED = {"yes_no": ["YA", "TIDAK"], "consent": ["SETUJU", "TIDAK"], "nps": [str(n) for n in range(11)]}
LISTS = ("multiple", "ranked")


class Model:
    """One person before one survey."""

    def __init__(self, survey: dict[str, Any], attributes: dict[str, str]) -> None:
        self.survey, self.attributes = survey, attributes
        self.answers: dict[str, Any] = {}
        self.passed: set[str] = set()
        self.at: str | None = None
        self.at = next(iter(self.shown()), None)

    # --- what is shown and what counts

    def walk(self, hopeful: bool = False) -> tuple[list[str], dict[str, Any]]:
        shown: list[str] = []
        counting: dict[str, Any] = {}
        for question in self.survey["questions"]:
            if "show_if" in question and not self.true(question["show_if"], counting):
                continue
            shown.append(question["code"])
            value = self.worth(question, counting)
            if value is not None:
                counting[question["code"]] = value
            if question["kind"] == "consent" and question.get("required"):
                if value == "SETUJU" or (hopeful and value is None):
                    continue
                break
        return shown, counting

    def shown(self) -> list[str]:
        return self.walk()[0]

    def true(self, condition: dict[str, Any], counting: dict[str, Any]) -> bool:
        if "all" in condition:
            return all(self.true(part, counting) for part in condition["all"])
        if "any" in condition:
            return any(self.true(part, counting) for part in condition["any"])
        if "not" in condition:
            return not self.true(condition["not"], counting)
        if "answered" in condition:
            return condition["question"] in counting
        wanted = [str(one) for one in condition.get("in", [condition.get("is")])]
        if "attribute" in condition:
            return self.attributes.get(condition["attribute"]) in wanted
        given = counting.get(condition["question"])
        held = list(given) if isinstance(given, list) else [] if given is None else [str(given)]
        return any(one in wanted for one in held)

    def offered(self, question: dict[str, Any], counting: dict[str, Any]) -> list[dict[str, Any]]:
        if "options_from" in question:
            source = self.question(question["options_from"])
            taken = counting.get(source["code"]) or []
            return [one for one in source["options"] if one["code"] in taken and not one.get("exclusive")]
        return [
            one for one in question.get("options", []) if "show_if" not in one or self.true(one["show_if"], counting)
        ]

    def question(self, code: str) -> dict[str, Any]:
        return next(one for one in self.survey["questions"] if one["code"] == code)

    def codes(self, question: dict[str, Any], counting: dict[str, Any]) -> list[str]:
        if question["kind"] == "scale":
            return [str(n) for n in range(1, question.get("max", 5) + 1)]
        return IMPLIED.get(question["kind"]) or [one["code"] for one in self.offered(question, counting)]

    def worth(self, question: dict[str, Any], counting: dict[str, Any]) -> Any:
        """The answer as far as it counts now, or None."""
        value, kind = self.answers.get(question["code"]), question["kind"]
        if value is None or kind in ("number", "short_text", "long_text"):
            return value
        codes = self.codes(question, counting)
        if kind in LISTS:
            left = [one for one in value if one in codes]
            alone = [one["code"] for one in self.offered(question, counting) if one.get("exclusive")]
            enough = len(left) >= question.get("min", 1) or any(one in alone for one in left)
            if not left or not enough:
                return None
            return left if kind == "ranked" else [one for one in codes if one in left]
        return value if str(value) in codes else None

    # --- events

    def step(self, event: tuple[Any, ...]) -> str:
        if self.at is not None and self.at not in self.shown():
            self.at = self.open_after(None)
        name, *details = event
        before = (dict(self.answers), set(self.passed), self.at)
        refusal = getattr(self, f"do_{name}")(*details)
        if refusal:
            return f"refused: {refusal}"
        return "stayed" if before == (self.answers, self.passed, self.at) else "moved"

    def open_after(self, code: str | None) -> str | None:
        shown, counting = self.walk()
        undone = [one for one in shown if one not in counting and one not in self.passed]
        if code in shown:
            later = [one for one in undone if shown.index(one) > shown.index(code)]
            undone = later or undone
        return undone[0] if undone else None

    def set(self, code: str, value: Any) -> None:
        self.answers.pop(code, None)
        self.passed.discard(code)
        if value not in (None, []):
            self.answers[code] = value

    def do_choose(self, code: str, value: str) -> str | None:
        if code != self.at or (question := self.question(code))["kind"] not in (
            "single", "yes_no", "consent", "scale", "nps",
        ):  # fmt: skip
            return None
        if value not in self.codes(question, self.walk()[1]):
            return "out_of_range" if question["kind"] in ("scale", "nps") else "not_offered"
        self.set(code, int(value) if question["kind"] in ("scale", "nps") else value)
        self.at = self.open_after(code)
        return None

    def picks(self, question: dict[str, Any]) -> list[str]:
        codes = self.codes(question, self.walk()[1])
        return [one for one in self.answers.get(question["code"], []) if one in codes]

    def do_toggle(self, code: str, value: str, on: bool) -> str | None:
        if code != self.at or (question := self.question(code))["kind"] not in LISTS:
            return None
        picks = self.picks(question)
        if (value in picks) == on:
            return None
        if not on:
            self.set(code, [one for one in picks if one != value])
            return None
        offered = self.offered(question, self.walk()[1])
        codes = [one["code"] for one in offered]
        if value not in codes:
            return "not_offered"
        alone = [one["code"] for one in offered if one.get("exclusive")]
        picks = [value] if value in alone else [*(one for one in picks if one not in alone), value]
        most = question.get("max", len(question.get("options") or self.borrowed(question)))
        if len(picks) > most:
            return "too_many"
        self.set(code, picks if question["kind"] == "ranked" else [one for one in codes if one in picks])
        return None

    def borrowed(self, question: dict[str, Any]) -> list[Any]:
        return [one for one in self.question(question["options_from"])["options"] if not one.get("exclusive")]

    def do_type(self, text: str) -> str | None:
        """Only plain typing is modelled: whole numbers, free text, a number on a list, ya and tidak."""
        if self.at is None or (question := self.question(self.at))["kind"] == "page":
            return None
        value, refusal = self.typed(question, text)
        if refusal:
            return refusal
        code = self.at
        self.set(code, value)
        self.at = self.open_after(code)
        return None

    def typed(self, question: dict[str, Any], text: str) -> tuple[Any, str | None]:  # noqa: PLR0911
        kind, codes = question["kind"], self.codes(question, self.walk()[1])
        digits = text.isdigit()
        if kind in ("short_text", "long_text"):
            most = question.get("max", 100 if kind == "short_text" else 500)
            return (None, "too_long") if len(text) > most else (text, None)
        if kind == "number":
            if not digits:
                return None, "not_a_number"
            inside = question.get("min", 0) <= int(text) <= question.get("max", 10**15)
            return (int(text), None) if inside else (None, "out_of_range")
        if kind in ("scale", "nps"):
            return (int(text), None) if digits and text in codes else (None, "out_of_range")
        if kind in ("yes_no", "consent"):
            meant = {"ya": codes[0], "tidak": codes[1], "1": codes[0], "2": codes[1]}.get(text)
            return (meant, None) if meant else (None, "not_yes_no")
        if not digits or not 1 <= int(text) <= len(codes):
            return None, "not_offered"
        pick = codes[int(text) - 1]
        if kind == "single":
            return pick, None
        alone = [one["code"] for one in self.offered(question, self.walk()[1]) if one.get("exclusive")]
        few = question.get("min", 1) > 1 and pick not in alone
        return (None, "too_few") if few else ([pick], None)

    def do_continue(self, code: str) -> str | None:
        if code != self.at:
            return None
        if code in self.walk()[1]:
            self.at = self.open_after(code)
            return None
        question = self.question(code)
        if question["kind"] in LISTS and self.picks(question):
            return "too_few"
        return self.do_skip(code)

    def do_skip(self, code: str) -> str | None:
        if code != self.at:
            return None
        if self.question(code).get("required"):
            return "required"
        self.set(code, None)
        self.passed.add(code)
        self.at = self.open_after(code)
        return None

    def do_back(self, code: str | None) -> None:
        shown = self.shown()
        if code == self.at:
            place = len(shown) if code is None else shown.index(code)
            self.at = shown[max(0, place - 1)]

    def do_edit(self, code: str) -> None:
        if self.at is None and code in self.shown():
            self.at = code

    def do_review(self, code: str) -> str | None:
        told = self.told()
        if code != self.at or not told["complete"]:
            return None
        question = self.question(code)
        if question["kind"] in LISTS and self.picks(question) and code not in told["sent"]:
            return "too_few"
        self.at = None
        return None

    # --- what is told

    def told(self) -> dict[str, Any]:
        shown, counting = self.walk()
        refused = [one for one in shown if self.question(one).get("required") and one not in counting]
        declined = counting.get(shown[-1]) == "TIDAK" and self.gate(shown[-1])
        hoped = [one for one in self.walk(hopeful=True)[0] if self.question(one)["kind"] != "page"]
        return {
            "at": self.at,
            "sent": counting,
            "complete": not refused and not declined,
            "about": len(hoped),
            "review": [(one, self.state(one, counting)) for one in shown if self.question(one)["kind"] != "page"],
        }

    def nearly_done(self) -> bool:
        """Whether the way to the review is offered: all that is required is there, and more is open than the screen."""
        told = self.told()
        waiting = [one for one in self.shown() if one not in told["sent"] and one not in self.passed]
        return bool(told["complete"] and told["sent"] and [one for one in waiting if one != self.at])

    def state(self, code: str, counting: dict[str, Any]) -> str:
        return "answered" if code in counting else "skipped" if code in self.passed else "open"

    def gate(self, code: str) -> bool:
        question = self.question(code)
        return question["kind"] == "consent" and bool(question.get("required"))
