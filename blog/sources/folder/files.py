"""Reads files with a size limit; refuses devices and pipes, which might never end."""

from pathlib import Path
from stat import S_ISREG

from blog.content.documents import InvalidDocument

MAX_TEXT_BYTES = 4_000_000


def read_bytes(path: Path, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes.

    :raises OSError: the file is missing or cannot be read.
    :raises ValueError: the file is too large, or is not a regular file.
    """
    facts = path.stat()
    if not S_ISREG(facts.st_mode):
        raise ValueError("it is not a file")
    with path.open("rb") as file:
        # read(n) allocates n bytes before it reads. So it asks for the file's own size first, and for the limit only
        # if the file is larger than that (it may have grown, and files in /proc report size 0).
        data = file.read(min(facts.st_size, limit) + 1)
        if len(data) > facts.st_size:
            data += file.read(limit + 1 - len(data))
    if len(data) > limit:
        raise ValueError(f"it is larger than {limit // 1_000_000} MB")
    return data


def read_text(path: Path) -> str:
    """The UTF-8 text of a file, with all line ends as line feeds.

    :raises InvalidDocument: it cannot be read, is too large, or is not UTF-8.
    """
    try:
        data = read_bytes(path, MAX_TEXT_BYTES)
        # Some editors begin a file with a byte order mark, which would hide the dashes of the front matter.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        broken: bytes = error.object
        line = broken.count(b"\n", 0, error.start) + 1
        raise InvalidDocument("", f"the byte 0x{broken[error.start]:02X} is not UTF-8", line) from error
    except OSError as error:
        raise InvalidDocument("", f"it cannot be read ({error.strerror})") from error
    except ValueError as error:
        raise InvalidDocument("", str(error)) from error
