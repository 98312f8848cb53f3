"""scrubber completion: what lets a shell complete commands and options."""

import click
from click.shell_completion import get_completion_class

SHELLS = ("bash", "zsh", "fish")
VARIABLE = "_SCRUBBER_COMPLETE"
"""What click looks for when a shell asks it to complete."""


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the script that completes commands, options and settings in SHELL.

    bash: scrubber completion bash > ~/.local/share/bash-completion/completions/scrubber;
    zsh: scrubber completion zsh > DIR/_scrubber, DIR being in $fpath;
    fish: scrubber completion fish > ~/.config/fish/completions/scrubber.fish
    """
    kind = get_completion_class(shell)
    assert kind is not None
    script = kind(context.find_root().command, {}, "scrubber", VARIABLE)
    # Its own source() asks bash for its version first; a script may be made for another machine.
    click.echo(script.source_template % script.source_vars())
