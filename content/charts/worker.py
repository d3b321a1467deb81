"""The drawing process: figures in on standard input, pictures out on standard output, one after the other.

`python -m content.charts.worker`: a line of JSON for each figure; for each a line with the picture's length in bytes,
and the picture. It ends when its input ends.
"""

import json
import sys
from typing import BinaryIO


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Draw until the source ends."""
    from content.charts.drawing import png  # noqa: PLC0415 - the import is the slow part, and only of this process
    from content.charts.figures import figure_of  # noqa: PLC0415

    for line in source:
        picture = png(figure_of(json.loads(line)))
        target.write(b"%d\n" % len(picture))
        target.write(picture)
        target.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
