"""What each command gathers. How it is printed is `output`'s business."""

import argparse
import re
import sys
from decimal import Decimal
from typing import Any

from hikaku import _frames
from hikaku._command import check, output
from hikaku._command.info import info
from hikaku._command.output import Grid
from hikaku._dataset import Dataset
from hikaku._find import fold
from hikaku._labels import texts
from hikaku._open import installed, open_dataset
from hikaku._records import RECORDS, VIEWS
from hikaku._render import visible
from hikaku.errors import InvalidValue, UnknownId, close, close_to

OPTIONS: dict[str, dict[str, Any]] = {
    "--data": {"metavar": "RELEASE", "help": "help_data"},
    "--lang": {"help": "help_lang"},
}
NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?"
SEVERAL = 8  # ids in a message


def run(arguments: "list[str] | None") -> None:
    """Parse the arguments and print the answer. Raises HikakuError, or SystemExit on misuse."""
    given = sys.argv[1:] if arguments is None else arguments
    # Help is in the language that is asked for, so it has to be known before parsing.
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--lang")
    words = texts(installed(), "texts", "text", early.parse_known_args(given)[0].lang or "en")
    parser = _parser(words)
    options = parser.parse_args(given)
    dataset = open_dataset(options.data) if options.data else installed()
    if options.version:
        print(f"hikaku {visible(dataset.version)}")
        return
    if options.command is None:
        parser.print_help()
        return
    grid = COMMANDS[options.command][0](dataset, options)
    output.show(grid, options.format)


def _parser(words: dict[str, str]) -> argparse.ArgumentParser:
    """The parser, with help in the words of one language."""
    parser = argparse.ArgumentParser(prog="hikaku", description=words["command_about"])
    parser.add_argument("--version", action="store_true", help=words["help_version"])
    for option, more in OPTIONS.items():
        parser.add_argument(option, **{**more, "help": words[more["help"]]})
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, (_, takes) in COMMANDS.items():
        about = words[f"command_{name}"]
        command = commands.add_parser(name, help=about, description=about)
        for argument, options in takes.items():
            command.add_argument(argument, **{**options, "help": words[options["help"]]})
        for option, more in OPTIONS.items():  # before the command or after it
            about = words[more["help"]]
            command.add_argument(option, **{**more, "help": about, "default": argparse.SUPPRESS})
        command.add_argument(
            "--format", choices=output.FORMATS, default="table", help=words["help_format"]
        )
    return parser


def _list(dataset: Dataset, options: argparse.Namespace) -> Grid:
    lang = options.lang or "en"
    rows = [
        [c.id, c.label(lang), f"{len(c.rows)} × {len(c.columns) - 1}", c.source_id, c.locator]
        for c in dataset.comparisons
    ]
    titles = texts(dataset, "fields", "title", lang)
    head = ["id", "title", "cells", "source", "locator"]
    if options.lang:
        head = [titles[f"comparisons.{n}"] for n in ("id", "title", "source_id", "locator")]
        head.insert(2, texts(dataset, "texts", "text", lang)["heading_cells"])
    return Grid(head, rows)


def _show(dataset: Dataset, options: argparse.Namespace) -> Grid:
    comparison = _asked(dataset.comparisons, options.id, "hikaku list shows all")
    # Signs are for people; what machines read stays as printed.
    marks = options.format == "table" and not options.no_marks
    head, *body = comparison.to_rows(options.lang, marks=marks)
    lang = options.lang or "en"
    return Grid(
        head,
        body,
        title=comparison.label(lang),
        note="\n".join(
            filter(
                None,
                [
                    comparison.legend(lang) if marks and comparison.is_checked() else "",
                    comparison.cite(lang),
                ],
            )
        ),
    )


def _asked(table: Any, key: str, advice: str) -> Any:
    """The row with that key. Raises UnknownId with what to do on the command line."""
    found = table.get(key)
    if found is None:
        known = [str(row.row_key) for row in table]
        raise UnknownId(f"{table.name} has no row {key!r}{close_to(key, known)}", advice)
    return found


def _nothing_named(dataset: Dataset, text: str) -> UnknownId:
    """No entity has the name; close ones, each once however it is written."""
    sql = "SELECT text FROM names ORDER BY kind = 'id', language <> 'en', text"
    names: dict[str, str] = {}
    for (name,) in dataset.store.rows(sql):
        names.setdefault(fold(name), name)
    near = ", ".join(names[key] for key in close(fold(text), [*names]))
    near = f" (close: {near})" if near else ""
    return UnknownId(f"nothing is named {text!r}{near}", "hikaku table entities lists all there is")


def _find(dataset: Dataset, options: argparse.Namespace) -> Grid:
    found = dataset.find(options.text)
    if not found:
        raise _nothing_named(dataset, options.text)
    lang = options.lang or "en"
    about = texts(dataset, "entities", "description", lang)
    kinds = texts(dataset, "values", "title", lang)
    head = ["id", "kind", "name", "description"]
    if options.lang:
        titles = texts(dataset, "fields", "title", lang)
        head = [titles[f"entities.{name}"] for name in head]
    return Grid(
        head,
        [
            [
                e.id,
                kinds[f"entities.kind.{e.kind}"] if options.lang else e.kind,
                e.label(lang),
                about.get(e.id, e.description),
            ]
            for e in found
        ],
    )


def _info(dataset: Dataset, options: argparse.Namespace) -> Grid:
    entity = dataset.entities.get(options.id)
    if entity is None:
        named = dataset.find(options.id)
        if not named:
            raise _nothing_named(dataset, options.id)
        if len(named) > 1:
            shown = ", ".join(one.id for one in named[:SEVERAL])
            more = ", …" if len(named) > SEVERAL else ""
            raise UnknownId(f"{options.id!r} finds {len(named)}: {shown}{more}", "give one id")
        entity = named[0]
    return info(dataset, entity, options.lang or "en")


def _check_row(dataset: Dataset, options: argparse.Namespace) -> Grid:
    return check.check(dataset, options.id, options.lang or "en")


def _verdicts(dataset: Dataset, options: argparse.Namespace) -> Grid:
    return check.verdicts(dataset, options.verdict, options.lang or "en")


def _table(dataset: Dataset, options: argparse.Namespace) -> Grid:
    lang = options.lang or "en"
    if options.name is None:
        words = texts(dataset, "texts", "text", lang)
        titles = texts(dataset, "tables", "title", lang)
        rows = []
        for name in [*RECORDS, *VIEWS]:
            table = dataset.table(name)
            rows.append([name, titles.get(name), len(table), ", ".join(table.fields)])
        head = [words[f"heading_{name}"] for name in ("table", "rows", "fields")]
        return Grid([head[0], "title", *head[1:]], rows)
    table = dataset.table(options.name)
    for text in options.where:  # each holds, also for a field that comes again
        name, value = _condition(table, text)
        table = table.where(**{name: value})
    columns = [(name, list(row)) for name, _, row in _frames.columns(table, options.lang)]
    body = [list(row) for row in zip(*(values for _, values in columns), strict=True)]
    return Grid([name for name, _ in columns], body)


def _condition(table: Any, text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals:
        raise InvalidValue(f"--where takes FIELD=VALUE, found {text!r}")
    kinds = dict(zip(table._record._fields, table._record._types, strict=True))
    if value == "":
        return name, None
    if kinds.get(name) in ("integer", "number"):
        if not re.fullmatch(NUMBER, value):
            raise InvalidValue(f"{table.name}.{name} is a number, found {value!r}")
        return name, Decimal(value)
    return name, value


# What runs, and its arguments; their help is a name among the texts of the contract.
COMMANDS: dict[str, tuple[Any, dict[str, dict[str, Any]]]] = {
    "list": (_list, {}),
    "show": (
        _show,
        {
            "id": {"metavar": "COMPARISON", "help": "help_comparison"},
            "--no-marks": {"action": "store_true", "help": "help_marks"},
        },
    ),
    "find": (_find, {"text": {"metavar": "TEXT", "help": "help_text"}}),
    "info": (_info, {"id": {"metavar": "ENTITY", "help": "help_entity"}}),
    "check": (_check_row, {"id": {"metavar": "ID", "help": "help_row"}}),
    "verdicts": (
        _verdicts,
        {
            "--verdict": {
                "choices": RECORDS["verdicts"]._enums["verdict"],
                "help": "help_verdict",
            }
        },
    ),
    "table": (
        _table,
        {
            "name": {"metavar": "TABLE", "nargs": "?", "help": "help_table"},
            "--where": {
                "action": "append",
                "default": [],
                "metavar": "FIELD=VALUE",
                "help": "help_where",
            },
        },
    ),
}
