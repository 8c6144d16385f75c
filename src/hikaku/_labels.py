"""Labels in three languages. The language comes with each call; nothing is global."""

import itertools

from hikaku._values import is_text, shown
from hikaku.errors import UnknownLanguage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hikaku._protocol import Data

LANGUAGES = ("en", "ja", "zh-Hans")
SEARCHED = ("entities", "comparisons", "claims", "verdicts", "evidence", "observations", "scores")


class Label(str):
    """A text that knows its language, and whether it is not the one that was asked for."""

    __slots__ = ("fallback", "lang")
    lang: str
    fallback: bool

    def __new__(cls, text: str, lang: str, fallback: bool) -> "Label":
        label = super().__new__(cls, text)
        label.lang, label.fallback = lang, fallback
        return label

    def __reduce__(self) -> "tuple[type[Label], tuple[str, str, bool]]":
        return Label, (str(self), self.lang, self.fallback)


def resolve(lang: str) -> "tuple[str, bool]":
    """Our tag for a language, and whether it stands in for another.

    Any BCP 47 or POSIX spelling is taken: ja-JP, zh_CN.UTF-8, cmn-Hans. Traditional Chinese gets
    English, marked, and never simplified Chinese. Raises UnknownLanguage.
    """
    parts: list[str] = []
    if isinstance(lang, str):
        parts = lang.split(".")[0].split("@")[0].replace("_", "-").casefold().split("-")
    if parts[:1] in (["en"], ["c"], ["posix"]):
        return "en", False
    if parts[:1] == ["ja"]:
        return "ja", False
    if parts[:1] in (["zh"], ["cmn"]):
        return ("zh-Hans", False) if _simplified(parts[1:]) else ("en", True)
    raise UnknownLanguage(
        f"there are no labels in {shown(lang)}; languages: {', '.join(LANGUAGES)} "
        "(any usual spelling, such as zh_CN or ja-JP)"
    )


def _simplified(subtags: "list[str]") -> bool:
    """Whether Chinese so tagged is certainly Mandarin in simplified characters.

    It is by its script, or else by its region: CLDR's likely script is Hans for China, Singapore
    and no region at all. Other scripts, regions and languages (as in zh-yue) are not.
    """
    own = [tag for tag in itertools.takewhile(lambda tag: len(tag) > 1, subtags) if tag != "cmn"]
    if own[:1] in (["hans"], ["chs"]):  # zh-CHS is what Windows called it
        return True
    return all(tag in ("cn", "sg") for tag in own)


class Texts(dict[str, str]):
    """Texts by id. What an older release lacks comes from its base, else is its id."""

    def __init__(self, dataset: "Data", asked: "tuple[str, str, str]") -> None:
        super().__init__()
        self._dataset, self._asked = dataset, asked

    def __missing__(self, key: str) -> str:
        base = self._dataset._base
        if base is None:
            return key.rpartition(".")[2]
        return texts(base(), *self._asked)[key]


def texts(dataset: "Data", table: str, field: str, lang: str) -> "dict[str, str]":
    """All texts of one field by id, in the language, English where it has none. One query."""
    tag, _ = resolve(lang)
    found = Texts(dataset, (table, field, lang))
    for wanted in dict.fromkeys(("en", tag)):
        sql = "SELECT id, text FROM labels WHERE tbl = ? AND field = ? AND lang = ?"
        found.update(dataset.store.rows(sql, (table, field, wanted)))
    return found


def states(dataset: "Data", table: str, field: str, words: "dict[str, str]") -> "dict[str, str]":
    """What each row of a table says in a field of allowed values, by id. One query.

    `words` are texts by `table.field.value`, such as the titles of values.
    """
    found = dataset.store.rows(f'SELECT id, "{field}" FROM "{table}"')
    return {key: words[f"{table}.{field}.{value}"] for key, value in found}


def text(dataset: "Data", table: str, key: str, field: str, lang: str) -> "Label | None":
    """One text in the language, or in English and marked as fallback; None if there is none."""
    tag, fallback = resolve(lang)
    sql = "SELECT text FROM labels WHERE tbl = ? AND field = ? AND lang = ? AND id = ?"
    for wanted in dict.fromkeys((tag, "en")):
        row = dataset.store.row(sql, (table, field, wanted, key))
        if row is not None:
            return Label(row[0], wanted, fallback or wanted != tag)
    return None


def label(dataset: "Data", key: str, lang: str) -> Label:
    """The label of whatever has that id: a name, title, statement or value.

    Raises UnknownId, naming close ids of entities.
    """
    for table in SEARCHED if is_text(key) else ():
        found = text(dataset, table, key, dataset.record(table)._label, lang)
        if found is not None:
            return found
    resolve(lang)
    record = dataset.table("entities")[key]  # raises, naming close ids
    return Label(record.name, "en", True)
