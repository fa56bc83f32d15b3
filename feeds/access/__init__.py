"""Permissions: visitors (who are you), rules (may you), impersonation (whose name is that) and throttle."""
