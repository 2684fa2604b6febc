"""The page «Звонки»: list, conversation, draft."""
