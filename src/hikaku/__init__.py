"""Printed comparisons of AI labs, models and markets, as typed records.

    import hikaku
    hikaku.models["glm-4"].developer.name
    hikaku.comparisons["article-models"].to_pandas()

Importing reads no file; the data is opened at the first use.
"""


def __getattr__(name: str) -> object:
    # Kept out of the stub, so that a misspelled name is an error for type checkers.
    if name.startswith("_") and name != "__version__":
        raise AttributeError(name)
    from hikaku import _open

    if name == "open":
        return _open.open_dataset
    if name == "__version__":
        return _open.installed().version
    if name == "errors":
        return _module(name)
    from hikaku._records import CLASSES

    module = CLASSES.get(name)
    return getattr(_open.installed() if module is None else _module(module), name)


def _module(name: str) -> object:
    # __import__ and not importlib, which takes milliseconds.
    return getattr(__import__(f"hikaku.{name}"), name)


def __dir__() -> "list[str]":
    from hikaku._dataset import FUNCTIONS
    from hikaku._records import RECORDS, VIEWS

    return [*RECORDS, *VIEWS, *FUNCTIONS, "open", "Dataset", "__version__", "errors"]
