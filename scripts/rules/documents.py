"""Rules of sources and places: addresses, checksums, locators, days."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from hikaku._formats import paths
from scripts.contract import LOCATOR_FIELDS, Contract
from scripts.rules.check import Check, quote
from scripts.sources import addresses

PARTIAL_DATES = {
    "sources": ("published_on",),
    "observations": ("period_start", "period_end"),
}
# What `hikaku._formats.paths` refuses, in a path with a `/` in front and behind.
UNPLAIN_PATH = (
    r"//|/\.\.?/|[ .]/|[\\:\x00-\x1f\x7f]"
    rf"|(?i)/(?:{'|'.join(sorted(re.escape(name) for name in paths.DEVICES))}) *(?:\.[^/]*)?/"
    rf"|/[^/]{{{paths.LONGEST_PART + 1},}}/"
)
EARLIEST_ZONE = timedelta(hours=14)  # where a day begins first


def document_rules(contract: Contract) -> Iterator[Check]:
    yield from _safe_addresses()
    yield from _addresses()
    yield from _places()
    yield from _days()
    yield from _days_to_come(contract)


def _safe_addresses() -> Iterator[Check]:
    """What a program would open, or a reader would follow, before anybody does."""
    plain = "https, a host and a plain path, without name or password"
    page = "http or https, a host, and no name, password, bracket or quotation mark"
    for table, column, pattern, allowed in (
        ("sources", "repository", addresses.REPOSITORY["https"], plain),
        ("sources", "url", addresses.PAGE, page),
        ("entities", "same_as", addresses.PAGE, page),
    ):
        yield Check(
            code="address-unsafe",
            table=table,
            column=column,
            where=f"length(t.{column}) > {addresses.LONGEST}"
            f" OR NOT regexp_full_match(t.{column}, {quote(pattern)})",
            allowed=allowed,
            fix="give the address that a browser shows without logging in, with %20 and the like",
            found=f"t.{column}",
            uses=(column,),
        )
    yield Check(
        code="path-unsafe",
        table="sources",
        column="path",
        where=f"strlen(t.path) > {paths.LONGEST}"
        f" OR regexp_matches('/' || t.path || '/', {quote(UNPLAIN_PATH)})",
        allowed="names parted by single slashes, as they may be called on every system",
        fix="give the path from the top of the repository, such as docs/README.md",
        found="t.path",
        uses=("path",),
    )


def _addresses() -> Iterator[Check]:
    group = ("repository", "commit", "path")
    for name in group:
        yield Check(
            code="address-incomplete",
            table="sources",
            column=name,
            where=f"t.{name} IS NULL AND (t.opened = 'repository' OR "
            + " OR ".join(f"t.{o} IS NOT NULL" for o in group if o != name)
            + ")",
            allowed="repository, commit and path together; all three where opened is repository",
            fix=f"give the {name}",
            found="'nothing'",
            uses=("opened", *group),
        )
    yield Check(
        code="checksum-missing",
        table="sources",
        column="sha256",
        where="t.sha256 IS NULL AND t.opened IN ('repository', 'copy')",
        allowed="the SHA-256 of what was opened",
        fix="compute it and give it",
        found="'nothing'",
        uses=("opened", "sha256"),
    )
    yield Check(
        code="address-missing",
        table="sources",
        column="url",
        where="t.url IS NULL AND t.repository IS NULL AND t.opened <> 'repository'",
        allowed="an address",
        fix="give url, or repository, commit and path",
        found="'nothing'",
        uses=("url", "repository", "opened"),
    )
    yield Check(
        code="opened-before-published",
        table="sources",
        column="accessed_on",
        # In another time zone it may have been the next day already.
        where="t.published_on > left(strftime(TRY_CAST(t.accessed_on AS DATE) + 1, '%Y-%m-%d'),"
        " length(t.published_on))",
        allowed="a document opened after it was published; a day is left for time zones",
        fix="correct one of the two dates",
        found="t.accessed_on || ' before ' || t.published_on",
        uses=("accessed_on", "published_on"),
    )


def _places() -> Iterator[Check]:
    for table, names in {**LOCATOR_FIELDS, "verifications": ("locator",)}.items():
        for name in names:
            reversed_lines = (
                f"list_filter(string_split(t.{name}, ' '), lambda x: regexp_matches(x, '^L.*-')"
                " AND num(regexp_extract(x, 'L([0-9]+)', 1))"
                " >= num(regexp_extract(x, '-([0-9]+)', 1)))"
            )
            yield Check(
                code="locator-reversed",
                table=table,
                column=name,
                where=f"CASE WHEN contains(t.{name}, '-') THEN len({reversed_lines}) > 0 END",
                allowed="a first line before the last one",
                fix="exchange the two lines",
                found=f"t.{name}",
                uses=(name,),
            )
            yield Check(
                code="locator-repeated",
                table=table,
                column=name,
                where=f"CASE WHEN contains(t.{name}, ' ') THEN len(string_split(t.{name}, ' '))"
                f" <> len(list_distinct(string_split(t.{name}, ' '))) END",
                allowed="each locator once",
                fix="remove the repetition",
                found=f"t.{name}",
                uses=(name,),
            )


def _days() -> Iterator[Check]:
    for table, names in PARTIAL_DATES.items():
        for name in names:
            yield Check(
                code="no-such-day",
                table=table,
                column=name,
                where=f"length(t.{name}) = 10 AND TRY_CAST(t.{name} AS DATE) IS NULL",
                allowed="a day of the calendar",
                fix="correct the day",
                found=f"t.{name}",
                uses=(name,),
            )


def _days_to_come(contract: Contract) -> Iterator[Check]:
    """A field whose name ends in _on holds the day of something that happened."""
    today = (datetime.now(UTC) + EARLIEST_ZONE).date().isoformat()
    for table in contract:
        for f in table.fields:
            if f.name.endswith("_on"):
                column = f't."{f.name}"'
                yield Check(
                    code="day-to-come",
                    table=table.name,
                    column=f.name,
                    where=f"{column} > left({quote(today)}, length({column}))",
                    allowed=f"a day that has come; it is {today} where it comes first",
                    fix="correct the day",
                    found=column,
                    uses=(f.name,),
                )
