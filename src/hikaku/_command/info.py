"""Everything that is known of one entity, line by line, each with its place."""

import re
from collections.abc import Iterator
from typing import Any

from hikaku._command.output import Grid
from hikaku._dataset import Dataset
from hikaku._labels import states, texts
from hikaku._records import Entity, Observation, Score


def info(dataset: Dataset, entity: Entity, lang: str) -> Grid:
    """Values, then statements, both in the order of their source."""
    words = texts(dataset, "texts", "text", lang)
    kinds = texts(dataset, "values", "title", lang)
    signs = states(dataset, "verdicts", "verdict", kinds)
    facts = _facts(dataset, entity, lang, words, signs)
    rows = sorted(facts, key=lambda row: _reading_order(row[-1]))
    statements = [
        [
            kinds[f"claims.kind.{claim.kind}"].lower(),
            claim.label(lang),
            None,
            signs.get(claim.verdict_id or ""),
            f"{claim.source_id}:{claim.locator}",
            claim.id,
        ]
        for claim in dataset.claims.where(about_id=entity.id)
    ]
    rows += sorted(statements, key=lambda row: _reading_order(row[4]))
    titles = texts(dataset, "fields", "title", lang)
    columns = [
        words[f"heading_{name}"] for name in ("what", "value", "as_printed", "verdict", "place")
    ]
    return Grid(
        [*columns, "id"],
        rows,
        title=entity.label(lang),
        note="\n".join(_about(dataset, entity, lang, words, titles, kinds)),
    )


def _about(
    dataset: Dataset,
    entity: Entity,
    lang: str,
    words: dict[str, str],
    titles: dict[str, str],
    kinds: dict[str, str],
) -> Iterator[str]:
    labelled = words["labelled"].format
    description = texts(dataset, "entities", "description", lang).get(entity.id)
    if description:
        yield description
    yield labelled(label=titles["entities.id"], value=entity.id)
    yield labelled(label=titles["entities.kind"], value=kinds[f"entities.kind.{entity.kind}"])
    if entity.part_of:
        yield labelled(label=titles["entities.part_of_id"], value=entity.part_of.label(lang))
    if entity.kind == "model":
        developer = dataset.models[entity.id].developer
        if developer:
            yield labelled(label=titles["models.developer_id"], value=developer.label(lang))
    names = dict.fromkeys(alias.text for alias in dataset.aliases.where(entity_id=entity.id))
    if names:
        yield words["also_called"].format(names=words["list_separator"].join(names))


def _facts(
    dataset: Dataset, entity: Entity, lang: str, words: dict[str, str], signs: dict[str, str]
) -> Iterator[list[Any]]:
    """What the values say of an entity: as subject, as object, as model or benchmark."""
    values = list(dataset.observations.where(subject_id=entity.id))
    place = {(o.locator, o.as_printed, o.position): o.label(lang) for o in values}
    for o in values:
        value: str = o.label(lang)
        if o.detail_of:  # it spells out another item
            whole = place.get((o.locator, o.as_printed, o.detail_of), "")
            value = words["item_details"].format(item=whole, details=value)
        yield [o.attribute.label(lang), value, *_at(o, signs)]
    for o in dataset.observations.where(object_id=entity.id):
        what = words["attribute_of"].format(
            attribute=o.attribute.label(lang), subject=o.subject.label(lang)
        )
        yield [what, entity.label(lang), *_at(o, signs)]
    scores: list[Score] = []
    if entity.kind == "model":
        scores = list(dataset.scores.where(model_id=entity.id))
    elif entity.kind == "benchmark":
        scores = list(dataset.scores.where(benchmark_id=entity.id))
    for s in scores:
        what = s.benchmark.label(lang)
        if entity.kind == "benchmark":
            what = words["score_of"].format(model=s.model.label(lang))
        yield [what, s.label(lang), *_at(s, signs)]


def _at(row: Observation | Score, signs: dict[str, str]) -> list[Any]:
    """The text as printed, the verdict in words, the place and the id of a value."""
    place = f"{row.source_id}:{row.locator}"
    return [row.as_printed, signs.get(row.verdict_id or ""), place, row.id]


def _reading_order(place: str) -> list[tuple[int, str]]:
    return [(int(p), "") if p.isdigit() else (0, p) for p in re.findall(r"\d+|\D+", place)]
