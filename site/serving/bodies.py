"""How large the body of a request may be, as a server asks it."""

from typing import Any

Headers = list[tuple[bytes, bytes]]


class BodyLimits:
    """The same limit for every route and everybody. What takes files overrides it."""

    usual = 64 * 1024

    def most(self, path: str) -> int:
        """Bytes that a body sent to this path may have, if it comes from somebody who may send so much."""
        return self.usual

    async def allowed(self, path: str, headers: Headers) -> int:
        """Bytes that this one may have. Asked for bodies beyond the usual limit alone."""
        return self.most(path)


def declared(headers: Headers) -> int:
    """The length that a request says its body has; 0 where it says nothing, more than any limit for nonsense."""
    values: list[Any] = [value for name, value in headers if name == b"content-length"]
    if not values:
        return 0
    # Compared as text first: Python refuses to read numbers of thousands of digits.
    return int(values[0]) if len(values) == 1 and values[0].isdigit() and len(values[0]) < 19 else 1 << 62
