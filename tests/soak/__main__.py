"""`make soak`: every long campaign at its full count, one after the other; the seeds are printed with the results."""

import sys

from tests.soak import differences, incoming, kill, restarts, surveys, swaps

KILLS = "200"
DATABASES = ("sqlite", "postgresql")


def main() -> int:
    """Run them all; 1 when any of them lost or doubled something unmarked."""
    ends: list[int] = [
        campaign.main(["--database", database, "--kills", KILLS])
        for campaign in (kill, incoming)
        for database in DATABASES
    ]
    ends.append(restarts.main(["--times", "20"]))
    ends.append(surveys.main(["--sequences", "2000"]))
    ends.append(differences.main(["--rounds", "10000"]))
    ends.append(swaps.main(["--games", "25"]))
    return max(ends)


if __name__ == "__main__":
    sys.exit(main())
