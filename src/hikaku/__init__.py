"""Printed comparisons of AI labs, models and markets, as typed records.

    import hikaku
    hikaku.models["glm-4"].developer.name
    hikaku.comparisons["article-models"].to_pandas()

Importing reads no file; the data is opened at the first use.
"""


def __getattr__(name: str) -> object:
    # Kept out of the stub, so that a misspelled name is an error for type checkers.
    if name == "errors":
        import hikaku.errors as errors

        return errors
    if name.startswith("_") and name != "__version__":
        raise AttributeError(name)
    from hikaku._open import installed, open_dataset
    from hikaku._records import CLASSES

    if name == "open":
        return open_dataset
    if name in CLASSES:
        return getattr(__import__(f"hikaku.{CLASSES[name]}", fromlist=[name]), name)
    return getattr(installed(), "version" if name == "__version__" else name)


def __dir__() -> "list[str]":
    from hikaku._dataset import FUNCTIONS
    from hikaku._records import CLASSES, RECORDS, VIEWS

    return [*RECORDS, *VIEWS, *FUNCTIONS, *CLASSES, "open", "__version__", "errors"]
