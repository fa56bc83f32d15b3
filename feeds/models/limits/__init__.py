"""Limits: how often, from where, and for how long anything is kept."""
