"""The small world's own rules: who can be reached, who sees which commands, what numbers people have."""

import pytest

from bot.simulator import Simulator
from bot.simulator.errors import ApiError
from bot.simulator.files import Upload
from bot.simulator.messages import message_json
from bot.simulator.profile import Profile, scope_key
from bot.simulator.world import World

GROUP = -5
SCOPES = [
    # (lists that are set, chat, language, the list that is seen)
    ([("default", "")], 1, "id", ("default", "")),
    ([("default", ""), ("default", "en")], 1, "en", ("default", "en")),
    ([("default", ""), ("default", "en")], 1, "id", ("default", "")),
    ([("default", ""), ("all_private_chats", "")], 1, "id", ("all_private_chats", "")),
    ([("default", ""), ("all_private_chats", "")], GROUP, "id", ("default", "")),
    ([("default", ""), ("all_group_chats", "")], GROUP, "id", ("all_group_chats", "")),
    ([("default", ""), ("all_group_chats", "")], 1, "id", ("default", "")),
    ([("all_private_chats", "en"), ("chat:1", "")], 1, "en", ("chat:1", "")),
    ([("chat:2", ""), ("default", "")], 1, "id", ("default", "")),
    ([(f"chat:{GROUP}", ""), (f"chat_member:{GROUP}:7", "")], GROUP, "id", (f"chat_member:{GROUP}:7", "")),
    ([(f"chat:{GROUP}", ""), (f"chat_member:{GROUP}:8", "")], GROUP, "id", (f"chat:{GROUP}", "")),
    ([("default", "en")], 1, "id", None),
]


@pytest.mark.parametrize(("lists", "chat", "language", "seen"), SCOPES)
def test_the_narrowest_scope_wins_and_in_it_the_own_language(
    lists: list[tuple[str, str]], chat: int, language: str, seen: tuple[str, str] | None
) -> None:
    profile = Profile("x", commands={key: [{"command": str(key)}] for key in lists})
    expected = [] if seen is None else [{"command": str(seen)}]
    assert profile.commands_for(chat, 7, language) == expected


@pytest.mark.parametrize(
    ("scope", "key"),
    [
        (None, "default"),
        ({"type": "default"}, "default"),
        ({"type": "all_private_chats"}, "all_private_chats"),
        ({"type": "chat", "chat_id": 5}, "chat:5"),
        ({"type": "chat_member", "chat_id": -5, "user_id": 7}, "chat_member:-5:7"),
    ],
)
def test_a_scope_is_one_word(scope: dict[str, object] | None, key: str) -> None:
    assert scope_key(scope) == key


def test_reasons_stand_in_order() -> None:
    """A deleted account is deleted even if it had blocked the bot, and so on down to one that never started."""
    world = World()
    account = world.add_account("Rina Contoh")
    chat = world.chats[account.id]

    def reason() -> str:
        with pytest.raises(ApiError) as caught:
            world.reachable(account.id)
        return caught.value.description

    assert reason() == "Forbidden: bot can't initiate conversation with a user"
    chat.blocked = True
    assert reason() == "Forbidden: bot was blocked by the user"
    account.deactivated = True
    assert reason() == "Forbidden: user is deactivated"
    account.deactivated = chat.blocked = False
    chat.started = True
    assert world.reachable(account.id) is chat


def test_nobody_shares_a_number() -> None:
    world = World()
    first = world.add_account("A")
    taken = world.add_account("B", account_id=first.id + 2)
    more = [world.add_account(name) for name in "CD"]
    assert len({account.id for account in [first, taken, *more]}) == 4


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Rina Contoh", "Rina", "Contoh"), ("Rina", "Rina", None), ("Siti Nur Contoh", "Siti", "Nur Contoh")],
)
def test_a_name_as_telegram_splits_it(name: str, first: str, last: str | None) -> None:
    account = World().add_account(name, "+628110000001", username="rina")
    for told in (account.user_json(), account.contact_json()):
        assert (told["first_name"], told.get("last_name")) == (first, last)
    assert account.user_json()["username"] == "rina"
    assert account.contact_json()["phone_number"] == "+628110000001"


def test_a_reply_to_a_reply_is_told_one_deep() -> None:
    world = World()
    chat = world.chats[world.add_account("Rina").id]
    first = world.add_message(chat, None, text="satu")
    second = world.add_message(chat, None, text="dua", reply_to=first)
    third = world.add_message(chat, None, text="tiga", reply_to=second)
    told = message_json(third)
    assert told["reply_to_message"]["text"] == "dua"
    assert "reply_to_message" not in told["reply_to_message"]


def test_a_caption_is_told_as_a_caption_and_a_protected_message_as_such() -> None:
    world = World()
    chat = world.chats[world.add_account("Rina").id]
    stored = world.files.put(Upload("a.csv", b"NIP"))
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    told = message_json(world.add_message(chat, None, text="ini", entities=bold, document=stored, protected=True))
    assert (told["caption"], told["caption_entities"], told["has_protected_content"]) == ("ini", bold, True)
    assert "text" not in told
    assert "caption" not in message_json(world.add_message(chat, None, document=stored))


async def test_numbers_of_messages_are_one_row_for_the_bot(sim: Simulator) -> None:
    people = [sim.person(name) for name in ("Rina", "Budi")]
    numbers = [(await person.says("halo")).id for person in people * 2]
    assert numbers == [1, 2, 3, 4]
