"""The command line: its commands, and how it ends."""

from __future__ import annotations

import signal
import sys

import typer

from hotspot_gaps.commands.brief import brief
from hotspot_gaps.commands.check import check
from hotspot_gaps.commands.compare import compare
from hotspot_gaps.commands.convert import convert
from hotspot_gaps.commands.explain import explain
from hotspot_gaps.commands.fetch import fetch
from hotspot_gaps.commands.run import run
from hotspot_gaps.commands.site import site
from hotspot_gaps.commands.template import template
from hotspot_gaps.commands.verify import verify
from hotspot_gaps.errors import HotspotGapsError

# In the order in which the help lists them.
COMMANDS = (run, check, template, convert, explain, site, brief, compare, verify, fetch)

app = typer.Typer(
    help="Which smaller hotspot towns have no supported civil society organization nearby?",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in COMMANDS:
    app.command()(command)


def main() -> None:
    """Run the command line: exit 0 done, 1 internal, 2 what the user can mend."""
    # Ended from outside, clean up as after Ctrl-C.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            number = getattr(signal, name)
            signal.signal(number, lambda code, _: sys.exit(128 + code))
    try:
        app()
    except HotspotGapsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
