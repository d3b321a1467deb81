"""The keys of anonymous rounds: private files beside the key file, new for each round, gone when destroyed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from db.engine import Database
from db.keys import Keyring, SealBroken, load_or_make_keys
from db.round_keys import RoundKeyFiles, RoundKeyMissing, RoundKeys, RoundKeysInMemory
from db.surveys import sealing
from db.surveys.definition import Secrecy
from tests import factories, survey_rounds
from tests.surveying import single, survey

TUESDAY = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(params=["files", "memory"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> RoundKeys:
    """Both places where keys are kept."""
    return RoundKeyFiles(tmp_path / "keys") if request.param == "files" else RoundKeysInMemory()


def test_a_key_is_there_until_it_is_destroyed_and_a_new_one_is_another(keys: RoundKeys) -> None:
    with pytest.raises(RoundKeyMissing):
        keys.get(7)
    keys.make(7)
    first = keys.get(7)
    assert (len(first), keys.get(7)) == (32, first)
    keys.make(8)
    keys.make(7)
    assert len({first, keys.get(7), keys.get(8)}) == 3
    assert keys.destroy(7)
    assert not keys.destroy(7)
    with pytest.raises(RoundKeyMissing):
        keys.get(7)
    assert keys.get(8)


def test_the_files_are_private_whole_and_written_over_before_they_go(tmp_path: Path) -> None:
    keys = load_or_make_keys(tmp_path / "teman.key").rounds
    keys.make(3)
    place = tmp_path / "teman.key.rounds"
    file = place / "3"
    assert (place.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)
    assert [one.name for one in place.iterdir()] == ["3"]  # nothing half-made is left beside it
    assert load_or_make_keys(tmp_path / "teman.key").rounds.get(3) == keys.get(3)
    with file.open("rb") as held:  # whoever still has it open reads other bytes
        before = held.read()
        keys.destroy(3)
        held.seek(0)
        assert held.read() != before
    assert list(place.iterdir()) == []
    file.write_bytes(b"no key")
    with pytest.raises(RoundKeyMissing):
        keys.get(3)


async def test_only_the_round_s_own_key_opens_a_draft_of_an_anonymous_round(database: Database) -> None:
    keys = database.keys
    async with database.transaction() as session:
        who = await factories.employee(session, at=TUESDAY)
        made = [
            await survey_rounds.opened(session, survey(single("A1")), [who], at=TUESDAY, author=who, secrecy=kind)
            for kind in (Secrecy.ANONYMOUS, Secrecy.ANONYMOUS, Secrecy.NAMED)
        ]
        seals = [sealing.draft_seal(session, one) for one in made]
        short: dict[str, object] = {"answers": {"A1": "A"}, "skipped": [], "at": None}
        longer = short | {"answers": {"A1": "B" * 900}}
        sealed = seals[0].close(short)
        assert (seals[0].open(sealed), len(seals[0].close(longer))) == (short, len(sealed))
        for other in (seals[1], seals[2], sealing.DraftSeal(keys.seal("survey_drafts"))):
            with pytest.raises(SealBroken):
                other.open(sealed)
        keys.rounds.make(made[1].id)  # a key of another round with this number, as after a restored copy
        with pytest.raises(SealBroken):
            sealing.draft_seal(session, made[1]).open(seals[1].close(short))
        keys.rounds.destroy(made[0].id)
        with pytest.raises(RoundKeyMissing):
            sealing.draft_seal(session, made[0])
        assert sealing.draft_seal(session, made[2]).open(seals[2].close(short)) == short
    assert Keyring(keys.root).rounds is not keys.rounds
