"""The Bot API methods this simulator answers; every other one is not found."""

from collections.abc import Awaitable, Callable
from typing import Any

from bot.simulator.methods import changing, chats, profile, receiving, sending
from bot.simulator.world import World

Method = Callable[[World, dict[str, Any]], Any | Awaitable[Any]]

ANSWERS: dict[str, Method] = {
    "getMe": profile.get_me,
    "getUpdates": receiving.get_updates,
    "setWebhook": receiving.set_webhook,
    "deleteWebhook": receiving.delete_webhook,
    "getWebhookInfo": receiving.get_webhook_info,
    "sendMessage": sending.send_message,
    "sendDocument": sending.send_document,
    "sendPhoto": sending.send_photo,
    "sendChatAction": sending.send_chat_action,
    "editMessageText": changing.edit_message_text,
    "editMessageReplyMarkup": changing.edit_message_reply_markup,
    "deleteMessage": changing.delete_message,
    "pinChatMessage": changing.pin_chat_message,
    "unpinChatMessage": changing.unpin_chat_message,
    "getFile": receiving.get_file,
    "answerCallbackQuery": receiving.answer_callback_query,
    "setMyCommands": profile.set_my_commands,
    "deleteMyCommands": profile.delete_my_commands,
    "getMyCommands": profile.get_my_commands,
    "setMyName": profile.set_my_name,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setChatMenuButton": profile.set_chat_menu_button,
    "getChat": chats.get_chat,
    "leaveChat": chats.leave_chat,
    "logOut": profile.leave_server,
    "close": profile.leave_server,
}
