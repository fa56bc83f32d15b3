"""Rehearsals: a sample event in memory, and every live change at the press of a button.

Models, verbs, rooms, frames and views are the real ones. In `memory.Memory.opened` they find a database in the memory
of this process in place of the configured one, so nothing of a rehearsal is written anywhere else.
"""
