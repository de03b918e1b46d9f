"""``python -m tests.live.record``: record the responses of a real Ghost and a real WordPress again.

Ids and times are new at each recording; a test that needs one reads it from the recording. Names said after the command
(``ghost``, ``wordpress``) record those alone.
"""

import sys
from pathlib import Path

from tests.live import ghost_record, wordpress_record

RECORDED = Path(__file__).parent.parent / "recorded"
PEERS = {"ghost": ghost_record.record, "wordpress": wordpress_record.record}

if __name__ == "__main__":
    for name in sys.argv[1:] or PEERS:
        PEERS[name](RECORDED / name)
