"""One person before one survey, as its screens need it: a round that counts, or a version that is only tried out."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from db.surveys import standing
from db.surveys.answering import Standing
from db.surveys.definition import Definition, Question, Secrecy
from db.surveys.drafts import Draft, Event
from db.surveys.values import InvalidAnswer, Value
from db.surveys.visibility import Attributes, view
from handlers.buttons import Button, act, pick

if TYPE_CHECKING:
    from handlers.context import Context


@dataclass(frozen=True)
class Sitting:
    """What is answered, how far it has come, and what is said about it on every screen."""

    subject: int
    """The round, or the version that is tried out; every button carries it."""
    definition: Definition
    attributes: Attributes
    draft: Draft
    secrecy: Secrecy
    closes_at: datetime | None = None
    sent: dict[str, Value] | None = None
    trial: bool = False
    kept: Standing | None = None
    """Where the answers are kept; None where nothing is."""

    @property
    def answering(self) -> tuple[Definition, Attributes, Draft]:
        """What the rules ask for: definition, attributes and draft."""
        return self.definition, self.attributes, self.draft

    @property
    def question(self) -> Question | None:
        """The question on the screen; None in the review."""
        return self.definition.by_code[self.draft.at] if self.draft.at is not None else None

    @property
    def declined(self) -> str | None:
        """The consent without which nothing is asked, if it was refused."""
        return view(self.definition, self.attributes, self.draft.answers).declined

    @property
    def touched(self) -> bool:
        """Tell whether anything was answered or passed over."""
        return bool(self.draft.answers or self.draft.skipped)

    @property
    def changed(self) -> bool:
        """Tell whether the answers are others than those sent."""
        return self.sent is None or standing.submission(*self.answering) != self.sent


class Desk(Protocol):
    """Where a sitting is kept; its prefix begins every button's code, its step is where typed words arrive."""

    prefix: str
    step: str

    async def stand(self, context: "Context", subject: int) -> Sitting:
        """Give the sitting of a subject; raises what refuses it."""

    async def move(self, context: "Context", here: Sitting, event: Event) -> Sitting | InvalidAnswer:
        """Apply an event and keep what it changed."""

    async def listen(self, context: "Context", here: Sitting, query: str) -> None:
        """Take what is typed next as an answer to the question on the screen, or wait for nothing in the review."""

    def purpose(self, subject: int) -> str:
        """Name the message in which a subject is answered."""

    def leaving(self, here: Sitting) -> Button:
        """Make the button that leads out of the survey."""


@dataclass(frozen=True)
class Keys:
    """Makes the buttons of one sitting: the desk's prefix, the subject, and places instead of codes."""

    prefix: str
    here: Sitting

    def place(self, question: Question) -> int:
        """Give the place of a question in the definition."""
        return self.here.definition.order[question.code]

    def act(self, key: str, name: str, *args: object, **values: object) -> Button:
        """Make a button with a label of its own."""
        return act(key, f"{self.prefix}_{name}", self.here.subject, *args, **values)

    def pick(self, words: str, name: str, *args: object) -> Button:
        """Make a button whose words are the survey's."""
        return pick(words, f"{self.prefix}_{name}", self.here.subject, *args)
