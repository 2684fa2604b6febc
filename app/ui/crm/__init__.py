"""Screens of the connected CRMs: connecting, mapping fields, the queue, conflicts."""
