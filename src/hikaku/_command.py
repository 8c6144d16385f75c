"""What each command gathers. How it is printed is `_print`'s business."""

import argparse
import re
from collections.abc import Iterator
from typing import Any

from hikaku import _print
from hikaku._dataset import Dataset, installed, open_dataset
from hikaku._print import Grid
from hikaku._records import RECORDS, VIEWS, Entity, Observation, Score
from hikaku.errors import InvalidValue, UnknownId, close_to

DESCRIPTION = "Printed comparisons of AI labs, models and markets, with their sources."


def run(arguments: "list[str] | None") -> None:
    """Parse the arguments and print the answer. Raises HikakuError, or SystemExit on misuse."""
    options = _parser().parse_args(arguments)
    dataset = open_dataset(options.data) if options.data else installed()
    if options.version:
        print(f"hikaku {dataset.version}")
        return
    if options.command is None:
        _parser().print_help()
        return
    grid = COMMANDS[options.command][0](dataset, options)
    _print.show(grid, options.format)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hikaku", description=DESCRIPTION)
    parser.add_argument("--version", action="store_true", help="print the version of the data")
    parser.add_argument("--data", help="a release to read instead of the installed data")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, about, takes) in COMMANDS.items():
        command = commands.add_parser(name, help=about, description=about)
        for argument, options in takes.items():
            command.add_argument(argument, **options)
        command.add_argument(
            "--format", choices=_print.FORMATS, default="table", help="default: table"
        )
    return parser


def _list(dataset: Dataset, options: argparse.Namespace) -> Grid:
    rows = [
        [c.id, c.title, f"{len(c.rows)} × {len(c.columns) - 1}", c.source_id, c.locator]
        for c in dataset.comparisons
    ]
    return Grid(["id", "title", "cells", "source", "locator"], rows)


def _show(dataset: Dataset, options: argparse.Namespace) -> Grid:
    comparison = dataset.comparisons[options.id]
    head, *body = comparison.to_rows()
    source = comparison.source
    return Grid(
        head,
        body,
        title=comparison.title,
        note=f"{source.title} ({source.published_on or 'undated'}), {comparison.locator}",
    )


def _find(dataset: Dataset, options: argparse.Namespace) -> Grid:
    found = dataset.find(options.text)
    if not found:
        names = [row[0] for row in dataset.store.rows("SELECT text FROM names")]
        raise UnknownId(f"nothing is named {options.text!r}{close_to(options.text, names)}")
    return Grid(
        ["id", "kind", "name", "description"],
        [[e.id, e.kind, e.name, e.description] for e in found],
    )


def _info(dataset: Dataset, options: argparse.Namespace) -> Grid:
    entity = dataset.entities.get(options.id)
    if entity is None:
        named = dataset.find(options.id)
        # Several names match, or none: the error of the look-up names the close ids.
        entity = named[0] if len(named) == 1 else dataset.entities[options.id]
    rows = sorted(_facts(dataset, entity), key=lambda row: _reading_order(row[4]))
    statements = [
        [claim.kind, claim.statement, None, f"{claim.source_id}:{claim.locator}", claim.id]
        for claim in dataset.claims.where(about_id=entity.id)
    ]
    rows += sorted(statements, key=lambda row: _reading_order(row[3]))
    about = [f"{k}: {v}" for k, v in entity.to_dict().items() if v is not None and k != "name"]
    names = [alias.text for alias in dataset.aliases.where(entity_id=entity.id)]
    if names:
        about.append(f"also called: {', '.join(names)}")
    columns = ["what", "value", "as printed", "place", "id"]
    return Grid(columns, rows, title=entity.name, note="\n".join(about))


def _facts(dataset: Dataset, entity: Entity) -> Iterator[list[Any]]:
    """What the values say of an entity: as subject, as object, as model or benchmark."""
    values = list(dataset.observations.where(subject_id=entity.id))
    shown = [o.object.name if o.object else _number(o, o.attribute.unit) for o in values]
    place = {
        (o.locator, o.as_printed, o.position): text for o, text in zip(values, shown, strict=True)
    }
    for o, value in zip(values, shown, strict=True):
        if o.detail_of:  # printed in the brackets of another item
            value = f"{place[o.locator, o.as_printed, o.detail_of]}: {value}"
        yield [o.attribute.name, value, o.as_printed, f"{o.source_id}:{o.locator}", o.id]
    for o in dataset.observations.where(object_id=entity.id):
        what = f"{o.attribute.name} of {o.subject.name}"
        yield [what, entity.name, o.as_printed, f"{o.source_id}:{o.locator}", o.id]
    scores: list[Score] = []
    if entity.kind == "model":
        scores = list(dataset.scores.where(model_id=entity.id))
    elif entity.kind == "benchmark":
        scores = list(dataset.scores.where(benchmark_id=entity.id))
    for s in scores:
        what = s.benchmark.name if entity.kind == "model" else f"score of {s.model.name}"
        yield [what, _number(s, s.benchmark.unit), s.as_printed, f"{s.source_id}:{s.locator}", s.id]


def _number(value: Observation | Score, unit: str | None) -> str:
    """The parsed value in words: status if it is no plain report, qualifier, number, unit."""
    currency = value.currency if isinstance(value, Observation) else None
    words = [] if value.status == "reported" else [value.status.replace("_", " ")]
    if value.low is not None and value.high is not None:
        words.append(f"{value.low:,} to {value.high:,}")
    elif value.number is not None:
        words += [(value.qualifier or "").replace("_", " "), f"{value.number:,}"]
    elif isinstance(value, Observation) and value.text:
        words.append(value.text)
    if value.number is not None or value.low is not None:
        words.append(currency or unit or "")
    return " ".join(word for word in words if word)


def _reading_order(place: str) -> list[tuple[int, str]]:
    return [(int(p), "") if p.isdigit() else (0, p) for p in re.findall(r"\d+|\D+", place)]


def _table(dataset: Dataset, options: argparse.Namespace) -> Grid:
    if options.name is None:
        return Grid(
            ["table", "rows", "fields"],
            [
                [name, len(dataset.table(name)), ", ".join(dataset.table(name).fields)]
                for name in [*RECORDS, *VIEWS]
            ],
        )
    table = dataset.table(options.name)
    table = table.where(**dict(_condition(table, text) for text in options.where))
    return Grid(list(table.fields), [list(row) for row in table.rows()])


def _condition(table: Any, text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidValue(f"--where takes FIELD=VALUE, found {text!r}")
    kinds = dict(zip(table._record._fields, table._record._types, strict=True))
    if value == "":
        return name, None
    if kinds.get(name) in ("integer", "number"):
        try:
            return name, float(value) if "." in value else int(value)
        except ValueError:
            raise InvalidValue(f"{table.name}.{name} is a number, found {value!r}") from None
    return name, value


COMMANDS: dict[str, tuple[Any, str, dict[str, dict[str, Any]]]] = {
    "list": (_list, "List the printed comparisons.", {}),
    "show": (
        _show,
        "Show one comparison as its source printed it.",
        {"id": {"metavar": "COMPARISON", "help": "an id from `hikaku list`"}},
    ),
    "find": (
        _find,
        "Find entities by any of their names.",
        {"text": {"metavar": "TEXT", "help": "a name, a part of one, or an id"}},
    ),
    "info": (
        _info,
        "Show what is known of one entity, each line with its place.",
        {"id": {"metavar": "ENTITY", "help": "an id or a name"}},
    ),
    "table": (
        _table,
        "Show the rows of a table; without a name, the tables.",
        {
            "name": {"metavar": "TABLE", "nargs": "?", "help": "a table or kind of entity"},
            "--where": {
                "action": "append",
                "default": [],
                "metavar": "FIELD=VALUE",
                "help": "only rows with that value; may be given several times",
            },
        },
    ),
}
