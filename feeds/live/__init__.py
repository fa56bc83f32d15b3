"""Everything asynchronous: sockets, rooms of readers, and what wakes them."""
