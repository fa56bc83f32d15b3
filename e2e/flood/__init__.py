"""A flood: five browsers post fifty times a second, hundreds of people read, and a host ends it."""
