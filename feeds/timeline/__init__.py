"""An event as HTML for a place in its history: pure, synchronous, the same for every reader of a variant."""
