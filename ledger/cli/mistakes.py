"""What is said of a command that was typed wrongly: one line with the remedy, and where an option belongs."""

import re
from collections.abc import Iterator
from typing import Any

from ledger.errors import meant

CHOICE = re.compile(r"(?:Value error, )?'(?P<said>.*)' is not one of (?P<known>'.*')\.?", re.DOTALL)
WORDINGS = (
    (re.compile(r"Input should be a valid integer.*"), "write a whole number"),
    (re.compile(r"Input should be greater than or equal to (.*)"), r"write \1 or more"),
)
"""How what is said of a value is said in plain words."""


def mistake(error: Any, root: Any) -> str:
    """The line about an error of usage that Typer raises; `root` is the whole command."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "ledger"
    if (option := getattr(error, "option_name", None)) and hasattr(error, "possibilities"):
        told = _misplaced(str(option), context, root) or _no_option(str(option), context)
    else:
        told = _said(error, context)
    return told if told.endswith("?") else f"{told}; see `{path} --help`"


def _said(error: Any, context: Any) -> str:
    message = str(getattr(error, "message", "")) or str(error)
    if (unknown := re.fullmatch(r"No such command '(.*?)'\..*", message, re.DOTALL)) and context is not None:
        name = unknown.group(1)
        return f"no verb {name!r}{meant(name, context.command.list_commands(context))}"
    if extra := re.fullmatch(r"Got unexpected extra argument\S* \((.*)\)", message, re.DOTALL):
        return f"{_verb(context)} takes no {extra.group(1)!r} here"
    if type(error).__name__ == "MissingParameter":
        return f"{_name(error)} is missing"
    if wants := re.fullmatch(r"Option '(.*)' requires (an argument|\d+ arguments)\.?", message):
        return f"{wants.group(1)} needs a value"
    return f"{name}: {_of_value(message)}" if (name := _name(error)) else message.rstrip(".")


def _of_value(message: str) -> str:
    if choice := CHOICE.fullmatch(message):
        known = re.findall(r"'([^']*)'", choice["known"])
        return f"no {choice['said']!r}{meant(choice['said'], known) or '; choose ' + ', '.join(known)}"
    for pattern, told in WORDINGS:
        if found := pattern.fullmatch(message):
            return found.expand(told)
    return message.removeprefix("Value error, ").rstrip(".")


def _name(error: Any) -> str:
    """The option or argument that an error is about, as it is typed."""
    parameter = getattr(error, "param", None)
    hint = getattr(error, "param_hint", None)
    if parameter is None:
        return str(hint or "")
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper()).rstrip("…")
    return max((name for name in parameter.opts if name.startswith("-")), key=len, default=str(parameter.name))


def _verb(context: Any) -> str:
    """The verb as it is typed behind `ledger`."""
    path = context.command_path if context is not None else "ledger"
    return path.partition(" ")[2] or "ledger"


def _no_option(option: str, context: Any) -> str:
    known = _options(context.command) if context is not None else set()
    return f"{_verb(context)} has no {option}{meant(option, sorted(known))}"


def _misplaced(option: str, context: Any, root: Any) -> str:
    """Where an option goes that another command has; nothing where none has it."""
    if context is None:
        return ""
    verb = _verb(context)
    if context.parent is not None and option in _options(root):
        return f"{option} goes before the verb: ledger {option} … {verb}"
    having = [name for name, command in _commands(root) if option in _options(command)]
    if not having:
        return ""
    inner = [name for name in having if name.startswith(f"{verb} ")]
    outer = verb.rpartition(" ")[0]
    if context.parent is None:
        told = f"{option} goes behind the verb: ledger VERB {option} …; {_listed(having)} take it"
    elif inner:
        told = f"{option} goes behind {inner[0].split()[-1]}: ledger {inner[0]} {option} …"
    elif outer in having:
        told = f"{option} is of ledger {outer}, not of {verb}"
    elif meant(option, sorted(_options(context.command))):
        told = ""
    else:
        told = f"{verb} has no {option}; {_listed(having)} take{'s' if len(having) == 1 else ''} it"
    return told


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")


def _options(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts if name.startswith("-")}


def _commands(root: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every command by its path."""
    for name, command in root.commands.items():
        yield f"{before}{name}", command
        if hasattr(command, "commands"):
            yield from _commands(command, f"{before}{name} ")


__all__ = ["mistake"]
