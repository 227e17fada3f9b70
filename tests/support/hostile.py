"""Hostile files for tests and for `scripts/soak attack`: small files that need much memory or time."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from tests.support.clips import steady, write_clip


def lying_mp4(path: Path, samples: int, *, kind: str = "stsz") -> Path:
    """An MP4 of some KB that declares `samples` frames.

    kind: where it declares them: "stsz" (the list of sizes), "ctts" (times) or "trun" (a fragment).
    """
    data = bytearray(write_clip(path.with_name("plain.mp4"), steady(5)).read_bytes())
    table = [b"moov", b"trak", b"mdia", b"minf", b"stbl"]
    if kind == "trun":
        moof = _box(b"moof", _box(b"traf", _box(b"trun", struct.pack(">II", 0, samples))))
        path.write_bytes(bytes(data) + moof)
        return path
    if kind == "ctts":
        _replace(data, [*table, b"stss"], _box(b"ctts", struct.pack(">IIII", 0, 1, samples, 0)))
    else:
        _replace(data, [*table, b"stsz"], _box(b"stsz", struct.pack(">III", 0, 1, samples)))
        _replace(data, [*table, b"stts"], _box(b"stts", struct.pack(">IIII", 0, 1, samples, 1)))
        _replace(data, [*table, b"stsc"], _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, samples, 1)))
        _replace(data, [*table, b"stco"], _box(b"stco", struct.pack(">III", 0, 1, 48)))
    path.write_bytes(data)
    return path


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _replace(data: bytearray, names: list[bytes], new: bytes) -> None:
    """Replace the box at the path `names` by `new`, and correct the lengths of the boxes around it."""
    around, start, end = [], 0, len(data)
    for name in names:
        while (found := struct.unpack_from(">I4s", data, start))[1] != name:
            start += found[0]
            if start + 8 > end:
                raise ValueError(f"there is no {name.decode()}")
        around.append((start, found[0]))
        start, end = start + 8, start + found[0]
    at, length = around.pop()
    data[at : at + length] = new
    for place, size in around:
        struct.pack_into(">I", data, place, size + len(new) - length)


def png(width: int, height: int, *, depth: int = 16, colour: int = 6) -> bytes:
    """A whole PNG of zeros.   depth: bits of a channel.   colour: 6 is RGBA."""
    row = bytes(1 + width * {2: 3, 6: 4}[colour] * depth // 8)
    packer, packed = zlib.compressobj(1), bytearray()
    for _ in range(height):
        packed += packer.compress(row)
    packed += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", bytes(packed)), (b"IEND", b"")]
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def gif(width: int, height: int) -> bytes:
    """A GIF of 50 bytes that states this size."""
    canvas = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return canvas + b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\0;"


def many_scans(width: int, height: int, scans: int) -> bytes:
    """A progressive grey JPEG with many empty scans, each of which costs a pass over the image."""

    def part(marker: int, data: bytes) -> bytes:
        return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data

    blocks = -(-width // 8) * -(-height // 8)
    data = b"\xff\xd8" + part(0xDB, b"\0" + b"\x01" * 64)
    data += part(0xC2, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    one_code = bytes([1] + [0] * 15)
    data += part(0xC4, b"\x00" + one_code + b"\x00")  # one code for a difference of 0
    data += part(0xC4, b"\x10" + one_code + b"\xe0")  # one code for a run of at least 16384 empty blocks
    data += part(0xDA, b"\x01\x01\x00\x00\x00\x00") + bytes(-(-blocks // 8))
    bits, left = "", blocks
    while left > 0:
        run = max(min(left, 32767), 16384)
        bits += "0" + format(run - 16384, "014b")
        left -= run
    bits += "1" * (-len(bits) % 8)
    body = int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")
    return data + (part(0xDA, b"\x01\x01\x00\x01\x3f\x00") + body) * scans + b"\xff\xd9"


LISTS = {
    "names many": b"ffconcat version 1.0\n" + b"file a\n" * 2000,
    "names itself": b"ffconcat version 1.0\nfile upload\n",
    "endless": b"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:4.0,\nsegment.ts\n",
    "names a file": b"#EXTM3U\n#EXTINF:10,\nsecret.ts\n",
    "session": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n",
}
"""Texts that FFmpeg reads as lists of other files or as addresses."""
