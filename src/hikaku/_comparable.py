"""Whether two scores may be compared. Unstated is never equal."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from hikaku._labels import Label
    from hikaku._protocol import Data

CONDITIONS = ("benchmark_id", "metric", "shots", "mode", "tools", "split", "scaffold")


class Comparability:
    """The answer: true only if nothing differs and nothing is unstated.

    `differs` and `unstated` name the conditions in question: fields of scores, `variant` of
    models, or `number` where a score has no value. `same_table` says that one source printed
    both in one table, where conditions that it leaves unstated are likely, not surely, the same.
    """

    __slots__ = ("_dataset", "differs", "same_table", "unstated")

    def __init__(
        self,
        dataset: "Data",
        differs: "tuple[str, ...]",
        unstated: "tuple[str, ...]",
        same_table: bool,
    ) -> None:
        self._dataset = dataset
        self.differs, self.unstated, self.same_table = differs, unstated, same_table

    def __bool__(self) -> bool:
        return not self.differs and not self.unstated

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Comparability):
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        return f"<{'' if self else 'not '}comparable: {self.explain()}>"

    def __reduce__(self) -> "tuple[Any, ...]":
        return Comparability, (self._dataset, *self._parts())

    def _parts(self) -> "tuple[tuple[str, ...], tuple[str, ...], bool]":
        return self.differs, self.unstated, self.same_table

    def explain(self, lang: str = "en") -> "Label":
        """The answer in words, in a language. Raises UnknownLanguage."""
        from hikaku._labels import Label, resolve, texts

        words = texts(self._dataset, "texts", "text", lang)
        titles = texts(self._dataset, "fields", "title", lang)
        parts = [] if not self else [words["comparable_yes"]]
        for name, fields in (("differs", self.differs), ("unstated", self.unstated)):
            if fields:
                named = [titles[_field(f)] for f in fields]
                shown = words["list_separator"].join(named)
                parts.append(words[f"comparable_{name}"].format(conditions=shown))
        if self.same_table:
            parts.append(words["comparable_table"])
        tag, fallback = resolve(lang)
        return Label(words["clause_separator"].join(parts), tag, fallback)


def _field(name: str) -> str:
    return "models.variant" if name == "variant" else f"scores.{name}"


def comparability(a: "Any", b: "Any") -> Comparability:
    """Compare the conditions of two scores of one data set; pure and symmetric."""
    pairs = {name: (getattr(a, name), getattr(b, name)) for name in CONDITIONS}
    pairs["variant"] = (a.model.variant, b.model.variant)
    differs = [n for n, (x, y) in pairs.items() if x is not None and y is not None and x != y]
    unstated = [n for n, (x, y) in pairs.items() if x is None or y is None]
    if any(s.number is None and s.low is None for s in (a, b)):
        unstated.append("number")
    same_table = a.comparison_id is not None and a.comparison_id == b.comparison_id
    return Comparability(a._dataset, tuple(differs), tuple(unstated), same_table)
