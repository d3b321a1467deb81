"""What the shell's commands do; `bot.cli` only names them and their options."""
