"""An event as HTML at one place of its history: pure, synchronous, and the same for every reader of a variant."""
