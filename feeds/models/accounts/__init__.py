"""Accounts: links that open them, invitations, sign-ins, and the names they posted under."""
