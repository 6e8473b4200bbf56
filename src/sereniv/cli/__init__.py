"""The commands: each lives in a module named for its subject and is listed here."""

from importlib import import_module

import click

from sereniv import __version__

COMMANDS = {
    "serve": "sereniv.cli.serve:serve",
    "add-staff": "sereniv.cli.setup:add_staff",
    "first-code": "sereniv.cli.setup:first_code",
    "add-chair": "sereniv.cli.setup:add_chair",
    "replay": "sereniv.cli.replay:replay",
    "drill": "sereniv.cli.drill:drill",
    "verify": "sereniv.cli.ledger:verify",
    "export-ledger": "sereniv.cli.ledger:export_ledger",
    "accept-ledger": "sereniv.cli.ledger:accept_ledger",
    "rebuild": "sereniv.cli.ledger:rebuild",
    "backup": "sereniv.cli.backup:backup",
    "backup-key": "sereniv.cli.backup:backup_key",
    "change-key": "sereniv.cli.keys:change_key",
    "restore": "sereniv.cli.backup:restore",
    "export": "sereniv.cli.export:export_home",
    "export-person": "sereniv.cli.export_person:export_person",
    "import": "sereniv.cli.importing:import_file",
    "doctor": "sereniv.cli.doctor:doctor",
    "outside": "sereniv.cli.doctor:outside",
    "listen": "sereniv.cli.listen:listen",
    "hazards": "sereniv.cli.hazards:print_hazards",
    "models": "sereniv.cli.models:models",
    "simulate": "sereniv.cli.simulate:simulate",
    "trial": "sereniv.cli.trial:trial",
    "fit": "sereniv.cli.fit:fit",
}
"""Command name to `module:attribute`; imported when used, so that `--help` stays quick."""


class LazyGroup(click.Group):
    """A command group that imports a command's module only when that command is asked for."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take options without a command as `serve`'s: `sereniv --port 9000`."""
        bare = not args or (args[0].startswith("-") and args[0] not in {"-h", "--help", "--version"})
        return super().parse_args(ctx, ["serve", *args] if bare else args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return one command, or None when there is none of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return load(cmd_name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sereniv")
def main() -> None:
    """Sereniv runs ketamine infusion therapy in a clinic.

    Without a command it serves the demo clinic, as `sereniv serve` does.
    """


def load(name: str) -> click.Command:
    """Import one command of the table; raises KeyError for an unknown name."""
    module, attribute = COMMANDS[name].split(":")
    command = getattr(import_module(module), attribute)
    assert isinstance(command, click.Command)  # noqa: S101  the table above is ours
    return command
