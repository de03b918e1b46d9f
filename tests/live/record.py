"""``python -m tests.live.record``: ask a real Ghost and a real WordPress anew, and write down what they answer.

Ids and times are new at each recording; a test that needs one reads it from the recording.
"""

from pathlib import Path

from tests.live import ghost_record

RECORDED = Path(__file__).parent.parent / "recorded"

if __name__ == "__main__":
    ghost_record.record(RECORDED / "ghost")
