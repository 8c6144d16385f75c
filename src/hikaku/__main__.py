"""The command `hikaku`."""

import sys


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command; 0 if it went well, 1 if not, 2 if it was not understood."""
    import os

    from hikaku._command.run import run
    from hikaku.errors import HikakuError

    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:  # the names are in several scripts, whatever the locale
            reconfigure(encoding="utf-8", errors="replace")
    try:
        run(arguments)
        sys.stdout.flush()
    except HikakuError as error:
        print(f"hikaku: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader, such as head, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
