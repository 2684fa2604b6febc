"""The subcommands. Each module has `NAME`, `add_arguments(parser)` and `run(args) -> int`, and imports no Qt.

`args.wiring` (app/application.py) builds the application or the models alone; errors of the taxonomy are raised, and
`app/cli/main.py` turns them into one line and an exit code.
"""
