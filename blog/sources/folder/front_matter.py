"""Front matter: the YAML between two lines of dashes at the top of a file, with the line of each of its fields."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from reprlib import repr as short
from typing import cast
from zoneinfo import ZoneInfo

import yaml
from frontmatter.default_handlers import YAMLHandler
from yaml.reader import Reader

from blog.config import CommentPolicy
from blog.content.documents import InvalidDocument, Note

FIELDS = (
    "title slug published_at updated_at authors tags excerpt image image_alt image_caption comments draft "
    "redirect_from canonical_url seo_title seo_description series lang"
).split()
MAX_CHARACTERS = 64_000
MAX_DEPTH = 20
"""Levels of lists and maps. libyaml builds a document by recursion in C, and overflows its stack on a deep one."""
MAX_NUMBER_BITS = 64
COLON_IN_TEXT = "mapping values are not allowed in this context"
"""What libyaml says of ``title: Tea: a start``."""

# PyYAML may be installed without libyaml.
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class FrontMatter:
    """The fields at the top of a file: their values as parsed from YAML, and the line of each.

    Methods that read a field return an empty value if it is missing or empty.

    :raises InvalidDocument: in every method, if the value has the wrong type.
    """

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text field, joined into one line."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.wrong(name, f"must be text, not {short(value)}; put it in quotation marks")
        return " ".join(value.split())

    def names(self, name: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self.values.get(name)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        for item in items:
            if not isinstance(item, str):
                raise self.wrong(name, f"must be a list of texts; put {short(item)} in quotation marks")
        return tuple(" ".join(item.split()) for item in cast("list[str]", items))

    def flag(self, name: str) -> bool:
        """A field that is ``true`` or ``false``."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(name, f"must be true or false, not {short(value)}")
        return bool(value)

    def time(self, name: str, zone: ZoneInfo) -> datetime | None:
        """A date or time (ISO 8601); without a time zone it is in ``zone``."""
        value = self.values.get(name)
        if value is None:
            return None
        try:
            return aware(datetime.fromisoformat(value.strip()) if isinstance(value, str) else value, zone)
        except (TypeError, ValueError, OverflowError) as error:
            raise self.wrong(name, f"{short(value)} is not a time, such as 2026-03-01T09:30:00Z") from error

    def comment_policy(self) -> CommentPolicy | None:
        """The comment policy in the field ``comments``."""
        value = self.values.get("comments")
        try:
            return None if value is None else CommentPolicy(cast("str", value))
        except ValueError as error:
            raise self.wrong("comments", f"must be moderated, first, open or closed, not {short(value)}") from error

    def notes(self) -> tuple[Note, ...]:
        """A note for each field that the blog does not know, and for several tags that were written as one."""
        found = [
            Note(f"“{name:.60}” is not a field of an article{_did_you_mean(name)}", line)
            for name, line in self.lines.items()
            if name not in FIELDS
        ]
        tags = self.values.get("tags")
        if isinstance(tags, str) and "," in tags:
            what = f"“{tags:.60}” is one tag; write several in brackets, as in tags: [Tea, Kitchen]"
            found.append(Note(what, self.lines["tags"]))
        return tuple(found)

    def wrong(self, name: str, why: str) -> InvalidDocument:
        """The error for the field ``name``, with its line."""
        return InvalidDocument(name, why, self.lines.get(name))


def aware(value: object, zone: ZoneInfo) -> datetime:
    """``value`` as an aware time: a date means its first moment, and ``zone`` applies if it has no zone of its own.

    :raises TypeError: ``value`` is neither a date nor a time.
    :raises OverflowError: the time is outside the years that Python can represent in UTC.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is not a time")
    moment = value if value.tzinfo else value.replace(tzinfo=zone)
    # Only to raise the OverflowError here, where the field and its line are known.
    moment.astimezone(ZoneInfo("UTC"))
    return moment


def split(text: str) -> tuple[FrontMatter, str]:
    """The front matter of a file's ``text`` and what follows it.

    :raises InvalidDocument: the front matter is not YAML, has no fields, or has no end.
    """
    handler = YAMLHandler()
    if not handler.detect(text):
        return FrontMatter(), text
    try:
        matter, body = handler.split(text)
    except ValueError as error:
        raise InvalidDocument("", "the front matter has no second line of dashes to end it", 1) from error
    # python-frontmatter treats blank lines below the dashes as part of the dashes, so count where the YAML begins.
    return _read(matter, first_line=1 + text.count("\n", 0, text.index(matter))), body


def _read(matter: str, first_line: int) -> FrontMatter:
    if len(matter) > MAX_CHARACTERS:
        raise InvalidDocument("", f"the front matter is longer than {MAX_CHARACTERS} characters", 1)
    # The loader raises a ReaderError for these, which has no line.
    forbidden = Reader.NON_PRINTABLE.search(matter)
    if forbidden:
        line = first_line + matter.count("\n", 0, forbidden.start())
        raise InvalidDocument("", f"YAML allows no character U+{ord(forbidden[0]):04X}", line)
    loader = Loader(matter)
    try:
        _check_depth(matter, first_line)
        return _fields(loader, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise InvalidDocument("", f"YAML: {_reason(error)}", line) from error
    except RecursionError as error:
        raise InvalidDocument("", "YAML: too many levels", first_line) from error
    finally:
        loader.dispose()


def _reason(error: yaml.MarkedYAMLError) -> str:
    if error.problem == COLON_IN_TEXT:
        return f"{error.problem}; put a text that contains a colon in quotation marks"
    return str(error.problem or error.context)


def _check_depth(matter: str, first_line: int) -> None:
    """Raise for front matter that nests too deep. It reads parser events, because they need no recursion."""
    # Each list or map needs at least one of these signs, so most front matter needs no closer look.
    if sum(map(matter.count, "[{-:?")) <= MAX_DEPTH:
        return
    depth = 0
    for event in yaml.parse(matter, Loader=Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            line = first_line + (event.start_mark.line if event.start_mark else 0)
            raise InvalidDocument("", f"YAML: more than {MAX_DEPTH} levels", line)


def _fields(loader: yaml.SafeLoader, first_line: int) -> FrontMatter:
    # Nodes instead of values: they know their lines, and nothing is built from them before it is checked.
    node = loader.get_single_node()
    if node is None:
        return FrontMatter()
    if not isinstance(node, yaml.MappingNode):
        raise InvalidDocument("", "the front matter must hold fields, each as “name: value”", first_line)
    found = FrontMatter()
    for key, value in node.value:
        name, line = str(key.value), first_line + key.start_mark.line
        if name in found.lines:
            raise InvalidDocument(name, f"is set twice, here and on line {found.lines[name]}", line)
        found.lines[name] = line
        if name in FIELDS:
            found.values[name] = _value(loader, value, name, line)
    return found


def _value(loader: yaml.SafeLoader, node: yaml.Node, name: str, line: int) -> object:
    """The value of ``node``. Only flat lists are allowed, because YAML aliases can build structures of any size."""
    items = node.value if isinstance(node, yaml.SequenceNode) else [node]
    if not all(isinstance(item, yaml.ScalarNode) for item in items):
        raise InvalidDocument(name, "must be a text, a time or a list of texts", line)
    try:
        value = cast("object", loader.construct_object(node, deep=True))
    except (ValueError, OverflowError) as error:
        raise InvalidDocument(name, str(error), line) from error
    # Python refuses to format an integer of thousands of digits, even in an error message.
    if any(isinstance(item, int) and item.bit_length() > MAX_NUMBER_BITS for item in _items(value)):
        raise InvalidDocument(name, "is too large a number", line)
    return value


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _did_you_mean(name: str) -> str:
    nearest = get_close_matches(name, FIELDS, 1)
    return f"; did you mean “{nearest[0]}”?" if nearest else ""
