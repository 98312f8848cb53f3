"""Groups of commands whose help shows the whole first sentence of each."""

import click

LONGEST = 200


class CommandGroup(click.Group):
    """Click cuts a sentence that does not fit on one line; here it goes on below."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None:
                rows.append((name, command.get_short_help_str(LONGEST)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)
