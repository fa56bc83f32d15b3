"""The live protocol without a browser: pages as trees, frames applied as htmx does, and a reader with a socket.

Nothing of the product is imported here. The parsers are strict: badly nested HTML, or a selector that a browser
would refuse, fails the test that meets it.
"""
