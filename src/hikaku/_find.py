"""Finding entities by any of their names, however a page or a keyboard writes them."""

import unicodedata

from hikaku._values import is_text, shown
from hikaku.errors import InvalidValue

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hikaku._protocol import Data
    from hikaku._records import Entity

HIGHEST = "\U0010ffff"
# Whether names are stored as `fold` makes them; 0.1.0 left dashes and unseen characters in.
IS_BARE = "SELECT 1 FROM pragma_table_info('names') WHERE name = 'bare'"
# Unicode says that these are not shown, but not by their category, as it says of Cf and Cc.
UNSHOWN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2065, 0x3164, *range(0x180B, 0x1810)}
UNSHOWN |= {*range(0xFE00, 0xFE10), *range(0xFFF0, 0xFFF9), *range(0xE0000, 0xE1000)}
MINUSES = {0x02D7, 0x2043, 0x2212, 0x2796}  # dashes that are not of category Pd


def fold(text: str) -> str:
    """The form under which names are compared: no case, width, space, dash or unseen character.

    Of dashes alone one is left. Idempotent.
    """
    while True:  # dropping a character can bring others together that form another one
        shown = unicodedata.normalize("NFKC", text).casefold()
        folded = "".join(filter(_kept, shown)) or "-" * any(map(_is_dash, shown))
        if folded == text:
            return folded
        text = folded


def _kept(character: str) -> bool:
    if ord(character) in UNSHOWN:
        return False
    return character.isalnum() or not (
        _is_dash(character)
        or character.isspace()
        or unicodedata.category(character) in ("Cc", "Cf")
    )


def _is_dash(character: str) -> bool:
    return unicodedata.category(character) == "Pd" or ord(character) in MINUSES


def find(dataset: "Data", text: str) -> "tuple[Entity, ...]":
    """Entities with that name or id, sorted by id.

    Exact matches alone if there are any; else names that begin with the text, then names with a
    word that begins with it. Two indexed queries; the third reads all names. Of a release that an
    older version built all names are read. Raises InvalidValue for what is no text.
    """
    if not isinstance(text, str):
        raise InvalidValue(f"find takes a name or a part of one, not {shown(text)}")
    folded = fold(text)
    if not folded or not is_text(folded):
        return ()
    found = dict.fromkeys(_keys(dataset, folded))
    entities = dataset.table("entities")
    return tuple(entities[key] for key in found)


def _keys(dataset: "Data", folded: str) -> "Iterator[str]":
    """Ids of the entities that the text finds, the best first."""
    if dataset.store.row(IS_BARE) is None:
        names = [(key, fold(name), name) for key, name in _names(dataset, "1", ())]
        exact = sorted(key for key, name, _ in names if name == folded)
        yield from exact or sorted(key for key, name, _ in names if name.startswith(folded))
        inside = [(key, shown) for key, name, shown in names if folded in name]
    else:
        exact = [key for key, _ in _names(dataset, "bare = ?", (folded,))]
        yield from exact
        if exact:
            return
        begins = ("bare >= ? AND bare < ?", (folded, folded + HIGHEST))
        yield from (key for key, _ in _names(dataset, *begins))
        inside = [*_names(dataset, "instr(bare, ?) > 0", (folded,))]
    if not exact:
        yield from (key for key, name in inside if _begins_a_word(name, folded))


def _names(
    dataset: "Data", condition: str, parameters: "tuple[str, ...]"
) -> "Iterator[tuple[str, str]]":
    """Entity and name, as it is written, of each name that meets the condition; by entity."""
    sql = f"SELECT entity_id, text FROM names WHERE {condition} ORDER BY entity_id"
    return ((key, name) for key, name in dataset.store.rows(sql, parameters))


def _begins_a_word(name: str, folded: str) -> bool:
    """Whether a word of the name begins with the folded text.

    A word begins where letters with case, or digits, do: at "AI" in "Zhipu AI" and "GLM" in
    "ChatGLM", not at "nope" in "Lean operation". Scripts without case may have no spaces, so
    there a word begins at each character.
    """
    shown = unicodedata.normalize("NFKC", name)
    return any(
        fold(shown[i:]).startswith(folded)
        for i, (before, character) in enumerate(zip(" " + shown, shown, strict=False))
        if not _runs_on(before, character) and folded.startswith(fold(character)[:1])
    )


def _runs_on(before: str, character: str) -> bool:
    """Whether a character goes on with the word that the one before it is of."""
    if not (_spelt(before) and _spelt(character)):
        return False
    hump = before.islower() and character.isupper()
    number = character.isdigit() and not before.isdigit()
    return not hump and not number


def _spelt(character: str) -> bool:
    """Whether it is of a script whose words stand apart: it has case, or is a digit or a mark."""
    return (
        character.isdigit()
        or character.lower() != character.upper()
        or unicodedata.category(character) in ("Mn", "Mc", "Me", "Cf")
    )
