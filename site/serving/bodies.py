"""Limits of request bodies, as a server asks for them."""

Headers = list[tuple[bytes, bytes]]


class BodyLimits:
    """The same limit for every route and sender. An application that takes files overrides it."""

    usual = 64 * 1024

    def most(self, path: str) -> int:
        """The limit in bytes for this path, for a sender who may send as much as anybody."""
        return self.usual

    async def allowed(self, path: str, headers: Headers) -> int:
        """The limit in bytes for this sender. Only called for bodies beyond the usual limit."""
        return self.most(path)


def declared(headers: Headers) -> int:
    """The length of the body by the headers: 0 if they do not say, more than any limit if they are malformed."""
    values = [value for name, value in headers if name == b"content-length"]
    if not values:
        return 0
    # Compared as text first: Python refuses to read numbers of thousands of digits.
    return int(values[0]) if len(values) == 1 and values[0].isdigit() and len(values[0]) < 19 else 1 << 62
