"""The page «КП»."""
