"""Joining when things go wrong around it: restarts, double taps, two at once, groups, new numbers, nights."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from bot.simulator.messages import message_json
from db import links
from db.models import Chat, Dialog, Link, Outbox, Update
from tests import factories
from tests.city import City
from tests.handlers.joining import a_slip, links_of, shares_number
from tests.sending import until


async def test_a_restart_in_the_middle_is_not_noticed(city: City) -> None:
    person = city.stranger("Rina Contoh")
    rina = await city.hired("Rina Contoh", phone=person.phone)
    await shares_number(person)
    question = await person.sees("Di unit mana", new=True)
    await city.restart()
    await person.taps("Bidang Pelayanan", question)
    identity = await person.sees("Apakah ini", new=True)
    await city.restart()
    await person.taps("Ya, ini saya", identity)
    await person.sees("belum disahkan", new=True)
    assert len(await links_of(city, rina)) == 1


async def test_a_double_tap_joins_once(city: City) -> None:
    person, rina = city.stranger(), await city.hired("Rina Contoh")
    await person.says((await a_slip(city, rina)).typed)
    identity = await person.sees("Apakah ini", new=True)
    for _ in range(3):
        await person.presses_data(identity, "join_yes")
    await person.sees("Silakan pilih")
    await person.toast("sudah tidak berlaku")
    assert len(await links_of(city, rina)) == 1


async def test_two_accounts_take_one_slip_at_once(city: City) -> None:
    first, second, rina = city.stranger(), city.stranger(), await city.hired("Rina Contoh")
    code = (await a_slip(city, rina)).typed
    screens = []
    for person in (first, second):
        await person.says(code)
        screens.append(await person.sees("Apakah ini", new=True))
    await asyncio.gather(
        *(one.taps("Ya, ini saya", screen) for one, screen in zip((first, second), screens, strict=True))
    )

    async def both_answered() -> bool:
        return not [message for one in (first, second) for message in one.messages if "Apakah ini" in message.text]

    await until(both_answered)
    refused = [any("sudah dipakai" in message.text for message in one.messages) for one in (first, second)]
    assert sorted(refused) == [False, True]
    assert len(await links_of(city, rina)) == 1


async def test_going_back_to_the_start_forgets_the_question(city: City) -> None:
    person = city.stranger()
    await city.hired("Rina Contoh", phone=person.phone)
    await shares_number(person)
    question = await person.sees("Di unit mana", new=True)
    await person.says("/start")
    await person.sees("tidak membuat Bapak/Ibu dimutasi", new=True)
    await person.taps("Bidang Pelayanan", question)
    await person.toast("sudah tidak berlaku")
    await shares_number(person)
    await person.taps("Batal", await person.sees("Di unit mana", new=True))
    await person.sees("Sudah dibatalkan", new=True)
    async with city.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Dialog)) == 0


async def test_in_a_group_nobody_joins_and_nothing_stays(city: City) -> None:
    person, rina = city.stranger(), await city.hired("Rina Contoh")
    group = city.simulator.group("Grup Dinas", [person])
    code = await a_slip(city, rina)
    name = city.simulator.world.bot_user["username"]
    await person.says(f"/start@{name} {code.link}", chat=group)
    await person.sees("hanya berbicara dalam obrolan pribadi", chat=group)
    assert await links_of(city, rina) == []
    async with city.database.reading() as session:
        assert await session.get(Chat, group.id) is None
    await person.says(code.typed)  # it was not spent there
    await person.sees("Apakah ini")


async def test_a_group_hears_us_only_when_it_speaks_to_us(city: City) -> None:
    person, newcomer = city.stranger("Rina Contoh"), city.stranger("Budi Contoh")
    group = city.simulator.group("Grup Dinas", [person])
    world = city.simulator.world

    def joins(member: dict[str, object]) -> None:
        come = world.add_message(group, person.account, service={"new_chat_members": [member]})
        world.updates.push("message", message_json(come))

    async def heard(count: int) -> bool:
        return sum(message.from_bot for message in group.messages.values()) == count

    joins(newcomer.account.user_json())
    await person.says("/start@bot_lain", chat=group)
    for count, speaks in enumerate(("/start", f"halo @{world.bot_user['username']}"), start=1):
        await person.says(speaks, chat=group)
        await person.sees("hanya berbicara dalam obrolan pribadi", new=True, chat=group)
        assert await heard(count)
    joins(world.bot_user)
    await until(lambda: heard(3))


async def test_a_new_number_in_the_roster_moves_no_link(city: City) -> None:
    person, rina = await city.member("Rina Contoh", level=1)
    other = city.stranger("Pemilik Baru")
    async with city.database.transaction() as session:
        await factories.rephone(session, rina, other.phone)
    await person.says("/start")
    await person.sees("Rina Contoh", new=True)
    assert [link.chat_id for link in await links_of(city, rina)] == [person.id]

    # The account with the new number claims; the old one is frozen and told.
    await shares_number(other)
    await other.taps("Bidang Pelayanan", await other.sees("Di unit mana", new=True))
    await other.taps("Ya, ini saya", await other.sees("Apakah ini", new=True))
    await other.sees("sudah tersambung dengan akun Telegram lain", new=True)
    await person.sees("mengaku sebagai Bapak/Ibu")


async def test_somebody_who_joined_shares_a_contact_and_sees_the_menu(city: City) -> None:
    person, rina = await city.member("Rina Contoh")
    await person.shares_contact()
    await person.sees("Silakan pilih")
    await person.says("/start")
    await person.sees("Silakan pilih", new=True)
    assert len(await links_of(city, rina)) == 1


async def test_the_operator_hears_by_night_only_what_cannot_wait(city: City) -> None:
    city.clock.offset += timedelta(hours=13)  # 22.00
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"])
    _, siti = await city.member("Siti Contoh")
    joining, claiming = city.stranger(), city.stranger()
    await joining.says((await a_slip(city, await city.hired("Rina Contoh"))).typed)
    await joining.taps("Ya, ini saya", await joining.sees("Apakah ini"))
    await joining.sees("Silakan pilih")
    await claiming.says((await a_slip(city, siti)).typed)
    await claiming.taps("Ya, ini saya", await claiming.sees("Apakah ini"))
    await operator.sees("Akun Telegram kedua")
    assert not [message for message in operator.received if "Ada sambungan baru" in message.text]
    async with city.database.reading() as session:
        assert (await session.scalars(select(Outbox.state).where(Outbox.message == "links/new"))).all() == ["queued"]
    city.clock.offset += timedelta(hours=11)
    assert city.service is not None
    city.service.tools.nudge()
    await operator.sees("Ada sambungan baru")


async def test_a_relink_is_told_to_the_account_before_and_the_operator(city: City) -> None:
    operator, _ = await city.member("Olin Contoh", roles=["unit_operator"])
    before, rina = await city.member("Rina Contoh", level=1)
    async with city.database.transaction() as session:
        link = await links.open_link(session, rina.id)
        assert link is not None
        await links.close(session, link, "rejected", None, city.clock.now())
    now = city.stranger()
    await now.says((await a_slip(city, rina)).typed)
    await now.taps("Ya, ini saya", await now.sees("Apakah ini"))
    await now.sees("Silakan pilih")
    told = await before.sees("sudah berpindah ke akun Telegram lain")
    assert "Rina" not in told.text
    heard = await operator.sees("kini tersambung dengan akun Telegram lain")
    assert "R. C." in heard.text
    assert [link.generation for link in await links_of(city, rina)] == [1, 2]


async def test_a_slip_of_somebody_who_joined_leads_to_the_menu(city: City) -> None:
    person, rina = await city.member("Rina Contoh")
    await person.says((await a_slip(city, rina)).typed)
    await person.taps("Ya, ini saya", await person.sees("Apakah ini"))
    await person.sees("Silakan pilih")
    (link,) = await links_of(city, rina)
    assert (link.level, link.generation, link.frozen_at) == (2, 1, None)


async def test_a_typed_code_leaves_nothing_in_the_inbox(city: City) -> None:
    person, rina = city.stranger(), await city.hired("Rina Contoh")
    code = (await a_slip(city, rina)).typed
    await person.says(code)
    await person.sees("Apakah ini")
    async with city.database.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(Update).where(Update.payload_sealed.is_not(None)))
        assert await session.scalar(select(func.count()).select_from(Link)) == 0
    assert kept == 0
    assert not [message for message in person.messages if code in message.text]


async def test_a_new_account_reads_old_questions_only_once_it_is_confirmed(city: City) -> None:
    former, rina = await city.member("Rina Contoh")
    await former.says("/tanya Anak saya sakit, bolehkah menunda?")
    await former.sees("T-2026-00001")
    city.clock.offset += timedelta(hours=1)
    person = city.stranger("Nomor Bekas")
    async with city.database.transaction() as session:
        link = await factories.relink(session, rina, person.id, at=city.clock.now())
        link.level = 1
    await person.says("/tanya Kapan apel?")
    await person.taps("Pertanyaan saya", await person.sees("T-2026-00002", new=True))
    listed = await person.sees("Pertanyaan saya", new=True)
    assert [label[:12] for label in listed.labels if label.startswith("T-")] == ["T-2026-00002"]
    await person.presses_data(listed, "thread:1")
    await person.toast("sudah tidak ada")

    async with city.database.transaction() as session:
        (await session.get_one(Link, link.id)).level = 2
    await person.presses_data(listed, "thread:1")
    await person.sees("Anak saya sakit", new=True)
