"""An event as a file: export and import."""
