"""Two processes: one dies or stops with chats in its hands, the other takes over, and the late one changes nothing."""

from tests.crashes.town import Town, answers

RECEIVED = "sudah kami terima dengan nomor"
WORKING = ("updates", "polling")


async def test_another_process_takes_over_the_chats_of_a_dead_one_in_order(town: Town) -> None:
    members = [await town.city.member(f"Pegawai {n} Contoh") for n in range(4)]
    trap = town.trap(town.start(*WORKING), "sendMessage", heard=False)
    for round_ in ("pertama", "kedua"):
        for person, _ in members:
            await person.says(f"/tanya yang {round_}")
    town.start(*WORKING)
    await trap.wait()
    await town.settled()
    asked = await town.requests()
    assert sorted(who for who, _ in asked) == sorted([who.id for _, who in members] * 2)
    for person, who in members:
        numbers = [number for asker, number in asked if asker == who.id]
        told = answers(person, RECEIVED)
        heard = [index for text in told for index, number in enumerate(numbers) if number in text]
        # What was on its way as the process died may have arrived: it is said once more, before anything later.
        assert heard in ([0, 1], [0, 0, 1])


async def test_a_process_that_stood_still_past_its_lease_changes_nothing_and_says_no_more(town: Town) -> None:
    person, who = await town.city.member()
    late = town.start(*WORKING)
    trap = town.trap(late, "sendMessage", heard=True, halt=True)
    await person.says("/menu")  # a text, then the chat's list of commands
    await trap.wait()
    other = town.start(*WORKING)
    await town.settled()
    await person.says("/tanya yang pertama")
    await town.settled()
    late.go_on()
    other.kill()
    await person.says("/tanya yang kedua")  # only the late one is left to answer it
    await town.settled()
    asked = await town.requests()
    assert [asker for asker, _ in asked] == [who.id] * 2
    told = answers(person, RECEIVED)
    assert [index for text in told for index, (_, number) in enumerate(asked) if number in text] == [0, 1]
    assert len(answers(person, "ada yang bisa kami bantu")) == 2  # the halted one's was heard, and was said again
    assert len(town.simulator.ledger.accepted("setMyCommands")) == 1
    assert late.alive
    assert await town.erased()
