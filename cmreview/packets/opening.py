"""What the notebook of a packet opens: one department's prepared review, and nothing else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from cmreview.packets.sample import SAMPLE
from cmreview.review.store import load
from cmreview.show.packet import Packet


def open_packet(review_file: str = "", lang: str = "zh") -> Packet:
    """The packet of the review stored at ``review_file``; of the shipped, made-up sample for an empty one.

    FileError where there is no such file, or it is not a prepared review.
    """
    path = Path(review_file) if review_file else SAMPLE
    review = load(path)
    return Packet(review, lang, source_sha256=sha256(path.read_bytes()).hexdigest())
