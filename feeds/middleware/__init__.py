"""Steps around every request."""
