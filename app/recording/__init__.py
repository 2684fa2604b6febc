"""Recordings come in: probed, copied into the store, known by their content."""
