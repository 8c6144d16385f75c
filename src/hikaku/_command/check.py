"""What stands for and against one value or statement, and the list of all verdicts."""

from collections import Counter
from typing import Any

from hikaku._command.output import Grid
from hikaku._dataset import Dataset
from hikaku._labels import texts
from hikaku._records import Claim, Observation, Score, Verdict
from hikaku._statement import JUDGED
from hikaku.errors import UnknownId, close_to


def check(dataset: Dataset, key: str, lang: str) -> Grid:
    """The statement, its verdict with the reasons, and the evidence, the strongest first."""
    words = texts(dataset, "texts", "text", lang)
    titles = texts(dataset, "fields", "title", lang)
    rows, verdict = _looked_up(dataset, key)
    about: list[tuple[str, str]] = []
    for row in rows:
        about += _stated(row, words, titles, lang)
    body: list[list[Any]] = []
    if verdict is None:
        about.append((words["heading_verdict"], words["no_verdict"]))
    else:
        values = texts(dataset, "values", "title", lang)
        about += _found(verdict, words, titles, values, lang)
        body = [_evidence_line(e, words, values, lang) for e in verdict.evidence]
    head = [words[f"heading_{n}"] for n in ("evidence", "finding", "citation")]
    return Grid(head, body, about=about, labelled=words["labelled"])


def _looked_up(
    dataset: Dataset, key: str
) -> "tuple[list[Observation | Score | Claim], Verdict | None]":
    verdict = dataset.verdicts.get(key)
    if verdict is not None:
        return list(verdict.about), verdict
    for name in JUDGED:
        row = dataset.table(name).get(key)
        if row is not None:
            return [row], row.verdict
    evidence = dataset.evidence.get(key)
    if evidence is not None:
        return _looked_up(dataset, evidence.verdict_id)
    known = [
        found[0]
        for name in (*JUDGED, "verdicts")
        for found in dataset.store.rows(f'SELECT id FROM "{name}"')
    ]
    raise UnknownId(
        f"no observation, score, claim or verdict has the id {key!r}{close_to(key, known)}; "
        "hikaku info NAME lists the ids of what is said of a thing"
    )


def _stated(
    row: "Observation | Score | Claim", words: dict[str, str], titles: dict[str, str], lang: str
) -> list[tuple[str, str]]:
    """What was said, in words and as printed, and where."""
    value = str(row.label(lang))
    lines = []
    if isinstance(row, Claim):
        lines.append((words["heading_statement"], value))
    else:
        if isinstance(row, Score):
            what, whose = row.benchmark.label(lang), row.model.label(lang)
        else:
            what, whose = row.attribute.label(lang), row.subject.label(lang)
        named = words["attribute_of"].format(attribute=what, subject=whose)
        said = words["labelled"].format(label=named, value=value)
        lines.append((words["heading_statement"], said))
        if row.as_printed:
            lines.append((words["heading_as_printed"], row.as_printed))
    lines.append((words["heading_citation"], row.cite(lang)))
    source = row.source
    if source is not None and source.opened == "repository":
        lines.append((words["heading_reopened"], _reopened(row, words, lang)))
    return lines


def _reopened(row: "Observation | Score | Claim", words: dict[str, str], lang: str) -> str:
    """When each place of the row was last opened again, and what came of it."""
    dataset: Any = row._dataset
    values = texts(dataset, "values", "title", lang)
    locators = row.locator.split()
    told = []
    for locator in locators:
        found = dataset.verifications.get((row.source_id, locator))
        said = words["never_reopened"]
        if found is not None:
            state = values[f"verifications.state.{found.state}"]
            day = found.verified_on.isoformat()
            said = words["item_details"].format(item=state, details=day)
        if len(locators) > 1:
            said = words["labelled"].format(label=locator, value=said)
        told.append(said)
    return words["list_separator"].join(told)


def _found(
    verdict: Verdict,
    words: dict[str, str],
    titles: dict[str, str],
    values: dict[str, str],
    lang: str,
) -> list[tuple[str, str]]:
    word = values[f"verdicts.verdict.{verdict.verdict}"]
    marked = words["marked"].format(value=word, mark=words[f"mark_{verdict.verdict}"])
    return [
        (words["heading_verdict"], marked),
        (titles["verdicts.reasoning"].lower(), verdict.label(lang)),
        (titles["verdicts.method"].lower(), values[f"verdicts.method.{verdict.method}"]),
        (
            titles["verdicts.confidence"].lower(),
            values[f"verdicts.confidence.{verdict.confidence}"],
        ),
        (titles["verdicts.decided_on"].lower(), verdict.decided_on.isoformat()),
        (titles["verdicts.id"].lower(), verdict.id),
    ]


def _evidence_line(e: Any, words: dict[str, str], values: dict[str, str], lang: str) -> list[Any]:
    kind = words["evidence_of"].format(
        stance=values[f"evidence.stance.{e.stance}"], tier=values[f"evidence.tier.{e.tier}"]
    )
    return [kind, e.label(lang), e.cite(lang)]


def verdicts(dataset: Dataset, wanted: "str | None", lang: str) -> Grid:
    """Each verdict with the first statement that it is about; counts by verdict as the note."""
    words = texts(dataset, "texts", "text", lang)
    titles = texts(dataset, "fields", "title", lang)
    values = texts(dataset, "values", "title", lang)
    conditions: dict[str, Any] = {"verdict": wanted} if wanted else {}
    listed = dataset.verdicts.where(**conditions)
    rows: list[list[Any]] = []
    counts: Counter[str] = Counter()
    for verdict in listed:
        about = verdict.about
        word = values[f"verdicts.verdict.{verdict.verdict}"]
        counts[word] += 1
        tiers = Counter(e.tier for e in verdict.evidence)
        shown = words["list_separator"].join(
            words["counted"].format(title=values[f"evidence.tier.{t}"], count=n)
            for t, n in tiers.items()
        )
        said = _stated(about[0], words, titles, lang)[0][1] if about else ""
        rows.append([verdict.id, word, said, len(about), shown])
    head = [
        "id",
        words["heading_verdict"],
        words["heading_statement"],
        words["heading_rows"],
        words["heading_evidence"],
    ]
    note = words["list_separator"].join(
        words["counted"].format(title=word, count=n) for word, n in counts.most_common()
    )
    return Grid(head, rows, note=note)
