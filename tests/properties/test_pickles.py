"""Whatever fields a later contract adds, takes away or moves: values by name, or a told error."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikaku import Dataset, errors
from hikaku._open import installed
from hikaku._records import RECORDS
from hikaku._row import Record, restored


class Later(Dataset):
    """The installed data, where one table has the fields of another contract."""

    def __init__(self, changed: type[Record]) -> None:
        super().__init__(installed().store, None, lambda _: installed())
        self._changed = changed

    def record(self, table: str) -> Any:
        return self._changed if table == self._changed._table else super().record(table)


def changed(record: type[Record], fields: list[str]) -> type[Record]:
    kinds = dict(zip(record._fields, record._types, strict=True))
    body = {
        "__slots__": (), "_table": record._table, "_key": record._key, "_fields": tuple(fields),
        "_types": tuple(kinds.get(name, "string") for name in fields), "_links": {},
    }  # fmt: skip
    return type(record.__name__, (Record,), body)


@given(data=st.data())
def test_a_value_stands_under_its_name_or_the_error_tells_it(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([n for n in RECORDS if len(installed().table(n))]))
    record = RECORDS[name]
    rows = list(installed().table(name).rows())
    made = installed().make(record, data.draw(st.sampled_from(rows)))
    made = record(installed(), made._values[: len(record._fields)])
    fields = data.draw(st.permutations([*record._fields, "new_one", "another"]))
    gone = set(data.draw(st.lists(st.sampled_from(record._fields), max_size=2)))
    later = Later(changed(record, [f for f in fields if f not in gone]))
    restore, (_, table, values, version) = made.__reduce__()
    assert (restore, version) == (restored, installed().version)
    lost = [f for f in gone if values[f] is not None]
    if lost:
        told = f"0.0.9 wrote cannot be held by version {later.version}: ({'|'.join(lost)})="
        with pytest.raises(errors.InvalidValue, match=told):
            restored(later, table, values, "0.0.9")
        return
    again = restored(later, table, values, "0.0.9")
    assert again.to_dict() == {f: values.get(f) for f in again._fields}
    assert hash(again) == hash(copy.copy(again))


VALUES = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False)


@given(shots=st.lists(VALUES), numbers=st.lists(VALUES), twice=st.booleans())
def test_a_selection_is_the_same_after_pickling(
    shots: list[Any], numbers: list[Any], twice: bool
) -> None:
    table = installed().scores.where(shots=shots)
    table = table.where(number=numbers) if twice else table
    again = pickle.loads(pickle.dumps(table))
    assert list(again.rows()) == list(table.rows())
    assert pickle.dumps(again) == pickle.dumps(table)
