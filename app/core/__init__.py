"""Ground that every stage stands on: errors, ids, clock, cancel, signals, money, texts."""
