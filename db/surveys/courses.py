"""A definition as formulas: when each question is shown, answered, and passed, over the choices that matter."""

from collections.abc import Iterator

from db.surveys import attributes
from db.surveys.conditions import AllOf, Answered, AnyOf, Attribute, Chosen, Condition, Not
from db.surveys.definition import AGREED, SEVERAL, Definition, Kind, Question
from db.surveys.satisfiability import FALSE, TRUE, Atom, Domain, Formula, Negation, every, some


class Courses:
    """The courses an answering may take; questions after the asking one count as unanswered, as in navigation."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._shown: dict[str, Formula] = {}
        self._answered: dict[str, Formula] = {}
        self.domains = {question.code: _domain(question) for question in definition.questions}
        self.domains |= {f"@{name}": Domain(tuple(sorted(words))) for name, words in attributes.KNOWN.items()}
        for question in definition.questions:
            self._shown[question.code] = self._shown_formula(question)
            self._answered[question.code] = self._answered_formula(question)

    def shown(self, code: str) -> Formula:
        """When a question is shown."""
        return self._shown[code]

    def answered(self, code: str) -> Formula:
        """When a question is shown and has an answer that counts."""
        return self._answered[code]

    def reached(self, code: str) -> Formula:
        """When a question is shown and everything required before it has been answered."""
        return every(self.shown(code), *self.passed(self.definition.order[code]))

    def passed(self, place: int) -> Iterator[Formula]:
        """Everything required before a place is answered or not shown."""
        for question in self.definition.questions[:place]:
            if question.required:
                yield some(Negation(self.shown(question.code)), self.answered(question.code))

    def sent(self) -> Formula:
        """When the answers can be sent."""
        questions = self.definition.questions
        agreed = [some(Negation(self.shown(one.code)), self.agreed(one.code)) for one in questions if one.gates]
        return every(*agreed, *self.passed(len(questions)))

    def agreed(self, code: str) -> Formula:
        """When a consent is shown and given."""
        return every(self.shown(code), Atom(code, AGREED))

    def offered(self, question: Question, code: str) -> Formula:
        """When one of a question's options is shown beside the others."""
        condition = next((option.show_if for option in question.options if option.code == code), None)
        return self._formula(condition, self.definition.order[question.code]) if condition else TRUE

    def _shown_formula(self, question: Question) -> Formula:
        place = self.definition.order[question.code]
        gates = [one for one in self.definition.questions[:place] if one.gates]
        open_gates = [some(Negation(self.shown(one.code)), self.agreed(one.code)) for one in gates]
        own = self._formula(question.show_if, place) if question.show_if else TRUE
        return every(own, *open_gates)

    def _answered_formula(self, question: Question) -> Formula:
        if question.kind is Kind.PAGE:
            return FALSE
        choices = some(*(self._choice(question, code) for code in question.codes))
        conditional = any(option.show_if for option in question.options) and question.kind is not Kind.UNIT
        own = every(Atom(question.code), choices) if conditional else Atom(question.code)
        return every(self.shown(question.code), own)

    def _choice(self, question: Question, code: str) -> Formula:
        return every(Atom(question.code, code), self.offered(question, code))

    def _formula(self, condition: Condition, place: int) -> Formula:
        match condition:
            case AllOf(parts):
                return every(*(self._formula(part, place) for part in parts))
            case AnyOf(parts):
                return some(*(self._formula(part, place) for part in parts))
            case Not(part):
                return Negation(self._formula(part, place))
            case Answered(code):
                return self.answered(code) if self._is_before(code, place) else FALSE
            case Attribute() | Chosen():
                return self._held(condition, place)

    def _held(self, condition: Attribute | Chosen, place: int) -> Formula:
        if isinstance(condition, Attribute):
            name = f"@{condition.name}"
            return some(*(Atom(name, value) for value in condition.values)) if name in self.domains else FALSE
        if not self._is_before(condition.question, place):
            return FALSE
        asked = self.definition.by_code[condition.question]
        known = [self._choice(asked, value) for value in condition.values if value in asked.codes]
        return every(self.shown(asked.code), some(*known)) if known else FALSE

    def _is_before(self, code: str, place: int) -> bool:
        return self.definition.order.get(code, place) < place


def _domain(question: Question) -> Domain:
    several = question.kind in SEVERAL
    return Domain(
        codes=question.codes,
        least=question.least if several else 1,
        most=question.most if several else 1,
        alone=frozenset(option.code for option in question.options if option.exclusive),
        open_ended=question.kind is Kind.UNIT or not question.codes,
    )
