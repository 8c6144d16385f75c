"""What statements, scores and verdicts can do beyond their fields."""

from hikaku._row import Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hikaku._comparable import Comparability
    from hikaku._labels import Label
    from hikaku._records import Claim, Evidence, Model, Observation, Score, Source

TIERS = ("primary", "carrier", "absence", "unsourced")  # the strongest first
JUDGED = ("observations", "scores", "claims")


class Statement(Record):
    """What a source prints at a place: it can be cited."""

    __slots__ = ()

    if TYPE_CHECKING:  # fields of the records that are made from this

        @property
        def id(self) -> str: ...
        @property
        def locator(self) -> str | None: ...
        @property
        def source(self) -> Source | None: ...

    def cite(self, lang: str = "en") -> "Label":
        """How to cite it: publisher, title, date, place, revision, address, day of access,
        version of the data and id. Raises UnknownLanguage.

        The version is the one that the record was read from, also after it was pickled.
        """
        return citation(self, self._version or self._dataset.version, lang)


def citation(statement: Statement, version: str, lang: str) -> "Label":
    """How to cite what data of that version says."""
    from hikaku._labels import Label, resolve, texts

    words = texts(statement._dataset, "texts", "text", lang)
    tag, fallback = resolve(lang)
    parts = [*_cited_source(statement, words, lang)]
    parts.append(words["citation_data"].format(version=version, id=statement.id))
    joined = words["citation_separator"].join(parts)
    return Label(words["citation"].format(parts=joined), tag, fallback)


def _cited_source(statement: Statement, words: "dict[str, str]", lang: str) -> "list[str]":
    source = statement.source
    if source is None:
        return []
    parts = [str(source.publisher.label(lang))] if source.publisher else []
    parts.append(words["citation_title"].format(title=source.title))
    if source.published_on:
        parts.append(words["citation_published"].format(date=source.published_on))
    if statement.locator:
        parts.append(words["citation_place"].format(locator=statement.locator))
    if source.commit:
        parts.append(words["citation_revision"].format(commit=source.commit[:10]))
    address = source.url or source.repository
    if address:
        parts.append(address)
    if source.accessed_on:
        parts.append(words["citation_accessed"].format(date=source.accessed_on))
    return parts


class Measured(Statement):
    """A score: it can be held against another one."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def model(self) -> Model: ...

    def comparable_with(self, other: "Score") -> "Comparability":
        """Whether two scores may be compared: true, or what differs or is unstated.

        True only if both have a value, and benchmark, split, metric, shots, mode, tools and
        scaffold of both, and the variant of both models, are stated and the same. Symmetric.
        """
        from hikaku._comparable import comparability

        return comparability(self, other)


class Finding(Record):
    """A verdict: it rests on evidence and is about rows."""

    __slots__ = ()

    @property
    def evidence(self) -> "tuple[Evidence, ...]":
        """What speaks for or against, the strongest tier first; within a tier as numbered."""
        rows = self._dataset.table("evidence").where(verdict_id=self.row_key)
        return tuple(sorted(rows, key=_strength))

    @property
    def about(self) -> "tuple[Observation | Score | Claim, ...]":
        """The rows that point at this verdict: observations, scores, then claims."""
        return tuple(
            row
            for name in JUDGED
            for row in self._dataset.table(name).where(verdict_id=self.row_key)
        )


def _strength(evidence: "Evidence") -> "tuple[int, int, int]":
    number = int(evidence.id.rpartition(".e")[2])
    context = evidence.stance == "context"
    return int(context), TIERS.index(evidence.tier), number
