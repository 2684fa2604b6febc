"""Connectors to CRMs: one module a vendor, over one transport that never sends a write twice by itself."""
