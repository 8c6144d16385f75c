"""Finding entities by any of their names, whatever the case and width."""

import unicodedata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hikaku._protocol import Data
    from hikaku._records import Entity

HIGHEST = "\U0010ffff"


def fold(text: str) -> str:
    """The form under which names are compared: no case, width or space. Idempotent."""
    while True:  # dropping a space can bring characters together that form another one
        folded = "".join(unicodedata.normalize("NFKC", text).casefold().split())
        if folded == text:
            return folded
        text = folded


def find(dataset: "Data", text: str) -> "tuple[Entity, ...]":
    """Entities with that name or id, sorted by id.

    Exact matches alone if there are any; else names that begin with the text, then names that
    hold it. Two indexed queries; the third reads all names.
    """
    folded = fold(text)
    if not folded:
        return ()
    queries = (
        ("folded = ?", (folded,)),
        ("folded >= ? AND folded < ?", (folded, folded + HIGHEST)),
        ("instr(folded, ?) > 0", (folded,)),
    )
    found: list[str] = []
    for condition, parameters in queries:
        sql = f"SELECT DISTINCT entity_id FROM names WHERE {condition} ORDER BY entity_id"
        found += [key for (key,) in dataset.store.rows(sql, parameters) if key not in found]
        if found and condition == "folded = ?":
            break
    entities = dataset.table("entities")
    return tuple(entities[key] for key in found)
