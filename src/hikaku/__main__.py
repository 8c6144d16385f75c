"""The command `hikaku`."""

import sys


def main(arguments: "list[str] | None" = None) -> int:
    """Run one command; 0 if it went well, 1 if not, 2 if it was not understood."""
    try:
        from hikaku._command.streams import ready, silence
        from hikaku.errors import HikakuError

        ready()
        try:
            from hikaku._command.run import run

            try:
                run(arguments)
            finally:  # what argparse printed, too, before it ends the program
                sys.stdout.flush()
        except HikakuError as error:
            _tell(error.for_command())
            return 1
        except BrokenPipeError:  # the reader, such as head, has seen enough
            silence(sys.stdout)
        except OSError as error:
            silence(sys.stdout)
            _tell(f"the answer cannot be written: {(error.strerror or str(error)).lower()}")
            return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _tell(message: str) -> None:
    from hikaku._command.streams import silence
    from hikaku._render import visible

    try:
        print(f"hikaku: {visible(message)}", file=sys.stderr, flush=True)
    except OSError:
        silence(sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
