"""The third column: the draft and what a person makes of it."""
