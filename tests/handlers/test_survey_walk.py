"""Random walks over random surveys, through the door: each screen and each row against the reference model."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import telegram

from bot.application import load_tools
from bot.settings import Settings
from db import inbox, people, queues
from db.clock import Clock
from db.engine import Database
from db.surveys import answering, standing
from db.surveys.answering import Standing
from handlers import FEATURES
from handlers.context import Tools, admit
from handlers.general import Fallback
from handlers.routing import Router
from tests import factories, survey_rounds
from tests.db.survey_making import possible, random_event, random_survey
from tests.db.survey_model import Model

CHAT = 4711
BOT = telegram.Bot("1:invented")
WALKS, STEPS = 8, 20
PLAIN = {"continue": "next", "skip": "skip", "edit": "edit", "review": "finish"}


@dataclass
class Walker:
    """Somebody with a restless thumb before one round."""

    tools: Tools
    router: Router
    round_id: int
    survey: dict[str, Any]
    model: Model
    numbers: Iterator[int]

    async def comes(self, told: dict[str, Any]) -> list[dict[str, Any]]:
        """Let an update come through the door; give what is said."""
        update = telegram.Update.de_json({"update_id": next(self.numbers), **told}, BOT)
        run = self.router._button if update.callback_query else self.router._text
        return (await admit(self.tools, update, run, owner=self.tools.database.owner, bot=BOT)).said

    async def presses(self, *data: object) -> list[dict[str, Any]]:
        """Press a button of the round."""
        under = message("layar")
        pressed = ":".join(map(str, (f"sv_{data[0]}", self.round_id, *data[1:])))
        query = {"id": "1", "from": under["from"], "chat_instance": "1", "message": under, "data": pressed}
        return await self.comes({"callback_query": query})

    async def does(self, event: tuple[Any, ...]) -> list[dict[str, Any]]:
        """Do what an event says, with the buttons and words a person has."""
        name, *details = event
        if name == "type":
            return await self.comes({"message": message(details[0])})
        place = self.place(details[0])
        if name in PLAIN:
            return await self.presses(PLAIN[name], place)
        if name == "back":
            return await self.presses("back", place)
        question = self.survey["questions"][place]
        codes = possible(question, self.survey["questions"])
        option = codes.index(details[1]) if details[1] in codes else 99
        if name == "choose":
            return await self.presses("choose", place, option)
        return await self.presses("pick", place, option, int(details[2]), 0)

    def place(self, code: str | None) -> int:
        """Give the place of a question as a button carries it."""
        return -1 if code is None else [one["code"] for one in self.survey["questions"]].index(code)

    async def stands(self) -> Standing:
        """Tell where the person stands, by the rows."""
        now = self.tools.clock.now()
        async with self.tools.database.transaction() as session:
            person = await people.identify(session, CHAT, now)
            return await answering.stand(session, self.round_id, person, now)


def message(text: str) -> dict[str, Any]:
    """Give a message in a private chat as Telegram tells it."""
    chat, sender = {"id": CHAT, "type": "private"}, {"id": CHAT, "is_bot": False, "first_name": "Orang"}
    return {"message_id": 2, "date": 1_790_000_000, "chat": chat, "from": sender, "text": text}


def agree(here: Standing, model: Model, when: Any) -> None:
    """Compare the rows with what the model says."""
    told = model.told()
    sent = standing.submission(*here.answering)
    ours = {
        "at": here.draft.at,
        "sent": {code: list(value) if isinstance(value, tuple) else value for code, value in sent.items()},
        "complete": standing.complete(*here.answering),
        "about": standing.progress(*here.answering).about,
        "review": [(line.question.code, line.state) for line in standing.review(*here.answering)],
    }
    assert ours == told, when


def on_screen(said: list[dict[str, Any]], model: Model, when: Any) -> None:
    """Compare the screen that is said with what the model says: the question, its marks, or the review."""
    [shown] = [item for item in said if item["do"] in ("show", "say") and item["markup"]]
    labels = [button["text"] for row in shown["markup"]["inline_keyboard"] for button in row]
    told = model.told()
    if model.at is None:
        assert "Tinjau jawaban" in shown["text"], when
        assert ("Kirim jawaban" in labels) == told["complete"], when
        return
    question = model.question(model.at)
    assert f"\n\nTanya {model.at}\n" in f"{shown['text']}\n", when
    if question["kind"] != "page":
        assert f"dari sekitar {told['about']}" in shown["text"], when
    if question["kind"] in ("multiple", "ranked"):
        codes = [one["code"] for one in model.offered(question, model.walk()[1])]
        marked = [label[-1] for label in labels if label[:1] in "✓123456789"]
        assert sorted(marked) == sorted(model.picks(question)), when
        assert [label[-1] for label in labels if "Pilihan" in label] == codes, when
    assert ("Lewati" in labels) == (not question.get("required") and question["kind"] != "page"), when
    assert ("Tinjau dan kirim" in labels) == model.nearly_done(), when


async def test_random_walks_show_and_keep_what_the_model_says(database: Database) -> None:
    settings = Settings(bot_token="1:invented", database_url=database.url)  # type: ignore[arg-type]
    tools = load_tools(settings, database, Clock(ZoneInfo("Asia/Makassar")))
    router = Router(tools, FEATURES, Fallback())
    async with database.transaction() as session:
        who = await factories.employee(session, at=tools.clock.now())
        await factories.link(session, who, CHAT, at=tools.clock.now())
        arrivals = [inbox.Arrival(number, CHAT, {}) for number in range(WALKS * (STEPS + 1))]
        await inbox.receive(session, arrivals, tools.clock.now())
        await queues.claim(session, tools.database.owner, 1, 600)
    numbers = iter(range(len(arrivals)))
    for seed in range(WALKS):
        chance = Random(seed)  # noqa: S311 - a game, no secret
        survey = made(chance, seed)
        async with database.transaction() as session:
            opened = await survey_rounds.opened(session, survey, [who], at=tools.clock.now(), author=who)
        walker = Walker(tools, router, opened.id, survey, Model(survey, {"employment_type": "PNS"}), numbers)
        on_screen(await walker.presses("open"), walker.model, (seed, "open"))
        await wander(walker, chance, seed)


def made(chance: Random, seed: int) -> dict[str, Any]:
    """Make a survey whose questions can be told on a screen; without the consent that takes everything along."""
    survey = random_survey(chance)
    while survey["questions"][0]["code"] == "C0":
        survey = random_survey(chance)
    for one in survey["questions"]:
        one["text"] = {"id": f"Tanya {one['code']}"}
        one["required"] = one.get("required", False) and one["kind"] != "consent"
    return survey | {"version": seed + 1}


async def wander(walker: Walker, chance: Random, seed: int) -> None:
    """Take one step after another, now and then the same one twice."""
    model = walker.model
    event: tuple[Any, ...] = ()
    for step in range(STEPS):
        if not event or chance.random() > 0.15:
            event = random_event(chance, walker.survey, model.at, wavers=False)
        if event[0] == "type" and model.at is None:
            continue  # nothing waits for words in the review
        when = (seed, step, event)
        outcome = model.step(event)
        said = await walker.does(event)
        agree(await walker.stands(), model, when)
        if event[0] == "type" or not outcome.startswith("refused"):
            if not any(item["do"] == "toast" and item["text"] for item in said):
                on_screen(said, model, when)
        else:
            assert any(item["do"] == "toast" and item["alert"] for item in said), when
