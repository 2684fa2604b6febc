"""The store of calls, drafts, deals and approvals: SQLite, encrypted by SQLCipher."""
