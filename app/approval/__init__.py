"""A person's decisions; the sole maker of approved values."""
