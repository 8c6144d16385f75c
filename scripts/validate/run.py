"""Every rule of the contract and of the tables, with exact places.

Reads all tables into DuckDB as text, then runs the checks in two waves: first cell by cell, then
keys, references and rules, which look only at cells that passed. Cost: one scan per table and
wave; a further query only for checks that found something.
"""

from __future__ import annotations

import argparse
import difflib
import itertools
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import duckdb
from duckdb.func import SPECIAL

from scripts import command, findings, recompute
from scripts.contract import DESCRIPTOR, Contract, Table
from scripts.errors import BrokenContract
from scripts.findings import Finding
from scripts.package import Package
from scripts.reading import into_duckdb
from scripts.rules.all import rules
from scripts.rules.check import Check, quote
from scripts.rules.entities import alike, names
from scripts.rules.from_contract import (
    MOST_ROWS,
    cell_checks,
    doubtful,
    first_broken,
    key_checks,
    refused_patterns,
)
from scripts.rules.named_rows import named_rows, named_tables, naming
from scripts.rules.places import release_rules
from scripts.rules.printed_values import ARGUMENTS, FUNCTION, judge
from scripts.rules.waivers import TABLE as WAIVERS
from scripts.rules.waivers import waiver_rules

LISTED = 1000  # findings listed per check; the rest is counted
SMALL = 1 << 22  # bytes of tables that several threads would only hinder
SUGGESTED = 50  # findings for which close ids are looked up


@dataclass(frozen=True)
class Report:
    """What validation found. `valid` means that no finding is an error."""

    findings: list[Finding]
    tables: int
    rows: int

    @property
    def checked(self) -> dict[str, int]:
        return {"tables": self.tables, "rows": self.rows}

    @property
    def valid(self) -> bool:
        return not findings.errors(self.findings)


def validate(package: Package, memory_limit: str = "2GB", release: bool = False) -> Report:
    """Check the package; for a `release` also that every place was opened again.

    Never raises for bad data: everything is a finding.
    """
    try:
        contract = package.contract
    except BrokenContract as error:
        finding = Finding(
            file=DESCRIPTOR,
            row=None if error.line is None else error.line - 1,
            column=error.where or None,
            code="broken-contract",
            key=None,
            found=error.what,
            allowed="a usable contract",
            fix=error.fix,
        )
        return Report([finding], 0, 0)
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": memory_limit}
    if _size(package) < SMALL:
        config["threads"] = "1"
    with duckdb.connect(config=config) as con:
        return _Run(con, package, contract).report(release)


def _size(package: Package) -> int:
    """Bytes of all tables, as far as they can be looked at."""
    total = 0
    for path in (package.root / "tables").glob("*.csv"):
        with suppress(OSError):
            total += path.stat().st_size
    return total


class _Run:
    """One validation: its connection, what was loaded, and what was found so far."""

    def __init__(
        self, con: duckdb.DuckDBPyConnection, package: Package, contract: Contract
    ) -> None:
        self.con, self.root, self.contract = con, package.root, contract
        self.found: list[Finding] = []
        self.loaded: dict[str, into_duckdb.Loaded] = {}
        self.bad: dict[tuple[str, str], int] = {}

    def report(self, release: bool) -> Report:
        if refused := refused_patterns(self.con, self.contract):
            return Report(refused, 0, 0)
        self._load()
        self._check_cells()
        self._name_names()
        self._name_rows()
        second = [c for t in self.contract for c in key_checks(self.contract, t)]
        first = rules(self.contract)
        demanded = [*release_rules()]
        self._check_rows([*second, *first, *(demanded if release else [])])
        self._check_rows(waiver_rules(self.contract, [*first, *demanded]))
        if not findings.errors(self.found):  # it takes sound values only
            self.found += recompute.check(self.con)
        rows = sum(x.rows for x in self.loaded.values())
        return Report(findings.in_order(self.found), len(self.contract.tables), rows)

    def _load(self) -> None:
        known = set()
        for table in self.contract:
            known.add(table.path)
            self.loaded[table.name], found = into_duckdb.load(self.con, self.root, table)
            self.found += found
            self._name_ids(table)
            state = self.loaded[table.name]
            if state.readable and state.rows + state.lost_rows < table.minimum_rows:
                state.readable = state.rows > 0  # no row at all: references say nothing new
                self.found.append(
                    Finding(
                        file=table.path,
                        row=None,
                        column=None,
                        code="too-few-rows",
                        key=None,
                        found=f"{state.rows} rows",
                        allowed=f"at least {table.minimum_rows}",
                        fix="restore the rows",
                    )
                )
            if state.rows + state.lost_rows > MOST_ROWS:
                self.found.append(
                    Finding(
                        file=table.path,
                        row=None,
                        column=None,
                        code="too-many-rows",
                        key=None,
                        found=f"{state.rows + state.lost_rows:,} rows",
                        allowed=f"at most {MOST_ROWS:,}, as many as a spreadsheet's sheet takes",
                        fix="divide the table",
                    )
                )
        for path in sorted((self.root / "tables").glob("*.csv")):
            name = path.relative_to(self.root).as_posix()
            if name not in known:
                self.found.append(
                    Finding(
                        file=name,
                        row=None,
                        column=None,
                        code="unknown-table",
                        key=None,
                        found="a table without a contract",
                        allowed="tables that datapackage.json describes",
                        fix="describe the table in datapackage.json, or remove the file",
                    )
                )

    def _name_ids(self, table: Table) -> None:
        if "id" in table.names:
            self.con.execute(
                f'CREATE OR REPLACE TABLE "_ids_{table.name}" AS '
                f'SELECT id FROM "{table.name}" WHERE id IS NOT NULL '
                "UNION ALL SELECT unnest(?::VARCHAR[])",
                [sorted(self.loaded[table.name].lost_keys)],
            )

    def _name_names(self) -> None:
        """All names, each with its form in which those that look alike are equal."""
        self.con.execute("CREATE TABLE _alike (name VARCHAR, form VARCHAR)")
        if query := names(self.contract):
            found = [name for (name,) in self.con.execute(query).fetchall()]
            self.con.execute(
                "INSERT INTO _alike SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                [found, [alike(name) for name in found]],
            )

    def _name_rows(self) -> None:
        """The rows that corrections and waivers name."""
        by = naming(self.contract)
        named = {name for (name,) in self.con.execute(named_tables(by)).fetchall()} if by else ()
        tables = [t for t in self.contract if t.name in named]
        self.con.execute(f"CREATE TABLE _named AS {named_rows(by, tables)}")

    # --- first wave: cells ---

    def _check_cells(self) -> None:
        # No cast may fail: SQL does not promise to look at conditions from left to right.
        self.con.execute("CREATE MACRO num(x) AS TRY_CAST(x AS DOUBLE)")
        self.con.create_function(FUNCTION, judge, ARGUMENTS, "VARCHAR", null_handling=SPECIAL)
        self.con.execute("CREATE TABLE _bad (tbl VARCHAR, col VARCHAR, row BIGINT)")
        self.con.execute("CREATE TABLE _ran (tbl VARCHAR, code VARCHAR)")
        self.con.execute("CREATE TABLE _waived (tbl VARCHAR, key VARCHAR, code VARCHAR)")
        for table in self.contract:
            source = f'"{table.name}" AS t'
            fields = [f for f in table.fields if f.name in self.loaded[table.name].columns]
            doubts = self._count(source, [doubtful(f) for f in fields])
            broken = {
                f.name: first_broken(table, f)
                for f, count in zip(fields, doubts, strict=True)
                if count
            }
            counts = self._count(source, [f"{b} > 0" for b in broken.values()])
            for (name, sql), count in zip(broken.items(), counts, strict=True):
                if count:
                    self._list_cells(table, name, sql)

    def _list_cells(self, table: Table, name: str, broken: str) -> None:
        self.con.execute(
            f"INSERT INTO _bad SELECT '{table.name}', '{name}', t._row "
            f'FROM "{table.name}" AS t WHERE {broken} > 0'
        )
        self.bad[table.name, name] = 1
        for i, check in enumerate(cell_checks(table)[name], start=1):
            self._list(check, f"{broken} = {i}")

    # --- second wave: rows ---

    def _check_rows(self, second: Iterable[Check]) -> None:
        every = list(second)
        for what in sorted({w for c in every for w in self._missing(c)}):
            self._lacks(what)
        runnable = [c for c in every if self._can_run(c)]
        groups = itertools.groupby(
            sorted(runnable, key=lambda c: (c.table, c.source, c.joins)), key=_from
        )
        for source, group in groups:
            members = list(group)
            conditions = [f"({c.where}){self._only_sound(c)}" for c in members]
            try:
                counts = self._count(source, conditions)
            except (duckdb.BinderException, duckdb.CatalogException) as error:
                self._lacks(str(error).splitlines()[0])
                continue
            for check, condition, count in zip(members, conditions, counts, strict=True):
                if count:
                    self._list(check, self._unwaived(check, condition))
            self._note_ran(members)

    def _unwaived(self, check: Check, condition: str) -> str:
        """The condition for rows that no waiver names; what is left out is noted in `_waived`."""
        waivers = self.loaded.get(WAIVERS)
        if not check.waivable or waivers is None or not waivers.rows:
            return condition
        key = self._key(check)
        named = (
            f'SELECT key FROM {WAIVERS} WHERE "table" = {quote(check.table)}'
            f" AND code = {quote(check.code)} AND key IS NOT NULL"
        )
        self.con.execute(
            f"INSERT INTO _waived SELECT {quote(check.table)}, {key}, {quote(check.code)}"
            f" FROM {_from(check)} WHERE ({condition}) AND {key} IN ({named})"
        )
        return f"({condition}) AND {key} NOT IN ({named})"

    def _note_ran(self, checks: Iterable[Check]) -> None:
        """Whether a waiver is needed can be told where no row was passed over."""
        whole = {
            (c.table, c.code)
            for c in checks
            if c.waivable and not any((c.table, column) in self.bad for column in c.uses)
        }
        if whole:
            self.con.executemany("INSERT INTO _ran VALUES (?, ?)", sorted(whole))

    def _key(self, check: Check) -> str:
        return "concat_ws('|', {})".format(
            ", ".join(f't."{k}"' for k in self.contract[check.table].key)
        )

    def _missing(self, check: Check) -> set[str]:
        tables = {check.table, *check.needs} - set(self.loaded)
        if tables:
            return tables
        names = self.contract[check.table].names
        return {f"{check.table}.{u}" for u in check.uses if u not in names}

    def _lacks(self, what: str) -> None:
        """The rules speak of a table or field that the contract does not have."""
        self.found.append(
            Finding(
                file=DESCRIPTOR,
                row=None,
                column=None,
                code="broken-contract",
                key=None,
                found=f"a rule that needs {what}",
                allowed="every table and field that scripts/rules uses",
                fix="restore it in the contract, or change the rule",
            )
        )

    def _can_run(self, check: Check) -> bool:
        if self._missing(check):
            return False
        state = self.loaded[check.table]
        if not state.readable or not set(check.uses) <= set(state.columns):
            return False
        needed = [self.loaded[n] for n in check.needs]
        if any(n.lost_rows or not n.readable for n in needed):
            return False
        if check.code == "dangling-reference":
            target = self.contract[check.table][check.uses[0]].references
            assert target is not None
            return self.loaded[target].readable and "id" in self.loaded[target].columns
        return True

    def _only_sound(self, check: Check) -> str:
        columns = [c for c in check.uses if (check.table, c) in self.bad]
        if not columns:
            return ""
        names = ", ".join(quote(c) for c in columns)
        return (
            f" AND t._row NOT IN (SELECT row FROM _bad WHERE tbl = '{check.table}' "
            f"AND col IN ({names}))"
        )

    # --- both ---

    def _count(self, source: str, conditions: list[str]) -> list[int]:
        """How many rows meet each condition, in one scan."""
        if not conditions:
            return []
        counted = ", ".join(f"count_if({c})" for c in conditions)
        row = self.con.execute(f"SELECT {counted} FROM {source}").fetchone()
        return [int(n or 0) for n in row] if row else []

    def _list(self, check: Check, condition: str) -> None:
        table = self.contract[check.table]
        rows = self.con.execute(
            f"SELECT t._row, {self._key(check)}, left(({check.found})::VARCHAR, 200), "
            f"count(*) OVER () FROM {_from(check)} WHERE {condition} ORDER BY t._row "
            f"LIMIT {LISTED}"
        ).fetchall()
        for row, key_text, found, _ in rows:
            finding = Finding(
                file=table.path,
                row=row,
                column=check.column,
                code=check.code,
                key=key_text or None,
                found="nothing" if found is None else found,
                allowed=check.allowed,
                fix=check.fix,
                severity=check.severity,
            )
            self.found.append(self._suggest(check, finding))
        if rows and rows[0][3] > LISTED:
            self.found.append(
                Finding(
                    file=table.path,
                    row=None,
                    column=check.column,
                    code=check.code,
                    key=None,
                    found=f"{rows[0][3] - LISTED} further rows",
                    allowed=check.allowed,
                    fix=check.fix,
                    severity=check.severity,
                )
            )

    def _suggest(self, check: Check, finding: Finding) -> Finding:
        if check.code != "dangling-reference" or len(self.found) > SUGGESTED:
            return finding
        target = self.contract[check.table][check.uses[0]].references
        ids = [r[0] for r in self.con.execute(f'SELECT id FROM "_ids_{target}"').fetchall()]
        close = difflib.get_close_matches(finding.found, ids, n=1)
        return replace(finding, fix=f"{check.fix} (close: {close[0]})") if close else finding


def _from(check: Check) -> str:
    source = check.source or f'"{check.table}"'
    return f"{source} AS t {check.joins}"


def main(arguments: list[str] | None = None) -> int:
    parser = command.parser(
        "validate", "Check the tables against the contract and the rules of the tables."
    )
    parser.add_argument("--memory-limit", default="2GB", help="for DuckDB (default: 2GB)")
    parser.add_argument(
        "--witness", action="store_true", help="print what frictionless finds as well"
    )
    parser.add_argument(
        "--release", action="store_true", help="also demand what a release needs: places opened"
    )
    return command.run(parser, _act, arguments, failed="not validated")


def _act(options: argparse.Namespace) -> int:
    report = validate(Package(options.root), options.memory_limit, options.release)
    command.show_findings(options, report.findings, report.checked)
    if options.witness:
        from scripts.validate.witness import frictionless_findings, to_text

        print(to_text(frictionless_findings(options.root)), file=sys.stderr)
    return command.OK if report.valid else command.WRONG
