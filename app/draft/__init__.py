"""From a transcript to a draft whose every value is proven or honestly marked."""
