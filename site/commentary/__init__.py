"""The installation of Commentary: settings and addresses."""
