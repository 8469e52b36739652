"""Commands whose help keeps its square brackets, and that show it where nothing is asked."""

from copy import copy
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup


def _escaped(words: str | None) -> str | None:
    return words.replace("[", r"\[") if words else words


def _plain(command: Any) -> Any:
    """The command with its help as plain words: Rich takes a word in square brackets for a style, and drops it."""
    shown = copy(command)
    shown.help, shown.epilog = _escaped(command.help), _escaped(command.epilog)
    shown.params = [copy(parameter) for parameter in command.params]
    for parameter in shown.params:
        if getattr(parameter, "help", None):
            parameter.help = _escaped(parameter.help)
    return shown


class Verb(TyperCommand):
    """A verb of the command line."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the verb."""
        TyperCommand.format_help(_plain(self), ctx, formatter)


class Group(TyperGroup):
    """A command with verbs of its own."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help of the group."""
        shown = _plain(self)
        shown.commands = {name: copy(command) for name, command in self.commands.items()}
        for command in shown.commands.values():
            command.help, command.short_help = _escaped(command.help), _escaped(command.short_help)
        TyperGroup.format_help(shown, ctx, formatter)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Take the words of the command line; without any, show the help and end well."""
        if not args and self.no_args_is_help:
            typer.echo(ctx.get_help(), color=ctx.color)
            ctx.exit()
        return super().parse_args(ctx, args)
