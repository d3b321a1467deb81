"""From an update to its handler: PTB's application dispatches, the table of rights decides at the door."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import telegram
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from db import announcements, shown
from db.errors import NotAllowed, StaleButton
from handlers.access import CONFIRMED
from handlers.answers import Answer, say
from handlers.buttons import act, unpack
from handlers.context import Context, Run, Tools, admit
from handlers.features import Feature, Handler, read_args, right_to
from handlers.general import Fallback

PRIVATE = filters.ChatType.PRIVATE & filters.UpdateType.MESSAGE
Callback = Callable[[telegram.Update, ContextTypes.DEFAULT_TYPE], Coroutine[Any, Any, None]]


class Router:
    """Knows every feature's handlers and brings each update to the one that is meant."""

    def __init__(self, tools: Tools, features: Sequence[Feature], fallback: Fallback) -> None:
        self.tools = tools
        self.fallback = fallback
        self.commands = {name: handler for one in features for name, handler in one.commands.items()}
        self.buttons = {code: handler for one in features for code, handler in one.buttons.items()}
        self.texts = {step: handler for one in features for step, handler in one.texts.items()}
        self.documents = {step: handler for one in features for step, handler in one.documents.items()}
        self.contacts = [handler for one in features for handler in one.contacts]
        self.replies = {word: handler for one in features for word, handler in one.replies.items()}
        self.strays = [handler for one in features for handler in one.strays]

    def install(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Register with PTB; the catch-all must stay last."""
        add = application.add_handler
        add(ChatMemberHandler(self._door(self.fallback.membership), ChatMemberHandler.MY_CHAT_MEMBER))
        add(CallbackQueryHandler(self._door(self._button)))
        for name in self.commands:
            add(CommandHandler(name, self._door(self._command(name)), PRIVATE))
        add(MessageHandler(PRIVATE & filters.COMMAND, self._door(self.fallback.unknown)))
        add(MessageHandler(PRIVATE & filters.CONTACT, self._door(self._contact)))
        add(MessageHandler(PRIVATE & filters.Document.ALL, self._door(self._document)))
        add(MessageHandler(PRIVATE & filters.TEXT, self._door(self._text)))
        add(MessageHandler(PRIVATE, self._door(self._other)))
        add(MessageHandler(filters.ChatType.GROUPS & filters.UpdateType.MESSAGE, self._door(self.fallback.group)))
        add(TypeHandler(telegram.Update, self._door(_nothing)))

    def _door(self, run: Run) -> Callback:
        async def callback(update: telegram.Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            decided = await admit(self.tools, update, run, owner=self.tools.database.owner, bot=update.get_bot())
            if decided.said:
                self.tools.tray[update.update_id] = decided

        return callback

    def _command(self, name: str) -> Run:
        handler = self.commands[name]

        async def run(context: Context) -> Answer:
            right = right_to(f"/{name}")
            if not right.allows(context.person):
                # Who has no office role learns nothing of office commands: they get what an unknown one gets.
                return await (self.fallback.unknown if right.roles else self.fallback.not_yet)(context)
            return await handler(context, words_behind(context))

        return run

    async def _button(self, context: Context) -> Answer:
        assert context.update is not None
        query = context.update.callback_query
        assert query is not None
        if query.message is None or query.message.chat.type != "private" or query.from_user.id != context.chat_id:
            raise NotAllowed
        code, args = unpack(query.data or "")
        if code == "menu":
            return await self._chosen(context, args)
        handler = self.buttons.get(code)
        if handler is None:
            raise StaleButton
        if not right_to(code).allows(context.person):
            raise NotAllowed
        return await handler(context, *read_args(handler, args))

    async def _chosen(self, context: Context, args: list[str]) -> Answer:
        if len(args) != 1 or args[0] not in self.commands:
            raise StaleButton
        return await self._command(args[0])(context)

    async def _step(self, context: Context, handlers: dict[str, Handler]) -> Handler | None:
        place = await context.place()
        step = place.step if place else ""
        handler = handlers.get(step)
        if handler is not None and not right_to(f">{step}").allows(context.person):
            # Not a refusal: that would roll the leaving back, and every text after it would be refused again.
            await context.leave()
            return None
        return handler

    async def _text(self, context: Context) -> Answer:
        text = (context.message.text or "").strip()
        answered = context.message.reply_to_message
        if answered is not None:
            purpose = await _purpose(context, answered.message_id)
            word = purpose.split(":")[0]
            if word in self.replies and right_to(f"<{word}").allows(context.person):
                return await self.replies[word](context, purpose, text)
        handler = await self._step(context, self.texts)
        if handler is not None and context.person.level >= CONFIRMED.level:
            return await handler(context, text)
        # Who may still need a slip is heard for its code first: kept as a question, others would read it and use it.
        for stray in self.strays:
            answer: Answer = await stray(context, text)
            if answer is not None:
                return answer
        return await handler(context, text) if handler is not None else await self.fallback.text(context, text)

    async def _document(self, context: Context) -> Answer:
        handler = await self._step(context, self.documents)
        if handler is None:
            return await self._words_wanted(context) or say("general/file_not_expected")
        return await handler(context)

    async def _other(self, context: Context) -> Answer:
        return await self._words_wanted(context) or await self.fallback.unknown(context)

    async def _words_wanted(self, context: Context) -> Answer:
        """Say that only words will do when a picture, a sticker or a voice comes where a text is asked for."""
        handler = await self._step(context, self.texts)
        return say("general/text_expected", [act("abort", "cancel")]) if handler is not None else None

    async def _contact(self, context: Context) -> Answer:
        for handler in self.contacts:
            return await handler(context)
        return None


async def _purpose(context: Context, message_id: int) -> str:
    known = await shown.purpose_of(context.session, context.chat_id, message_id)
    if known is not None:
        return known
    announcement = await announcements.of_message(context.session, context.chat_id, message_id)
    return f"announcement:{announcement}" if announcement is not None else ""


async def _nothing(_context: Context) -> Answer:
    return None


def words_behind(context: Context) -> str:
    """Give what stands behind a typed command; nothing when the command was chosen from a menu."""
    if context.update is None or context.update.callback_query:
        return ""
    words = (context.message.text or "").split(maxsplit=1)
    return words[1].strip() if len(words) > 1 else ""
