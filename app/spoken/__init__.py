"""Russian speech to values: pure rules that keep the place of what they found."""
