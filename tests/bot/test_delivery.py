"""Messages that nobody asked for, from the outbox to the people."""

from bot.simulator import Simulator
from db.engine import Database
from tests.sending import add_people, announce, by_state, post_office


async def test_an_announcement_reaches_everybody_once(database: Database) -> None:
    async with Simulator() as simulator:
        crowd = simulator.crowd(200)
        async with database.transaction() as session:
            await add_people(session, crowd)
            batch = await announce(session)
        async with post_office(database, simulator) as post:
            await post.settled()
        assert await by_state(database, batch) == {"sent": 200}
        assert simulator.ledger.per_chat() == dict.fromkeys(crowd, 1)
        assert simulator.ledger.texts(crowd[0]) == ["Halo Pegawai 1"]
