"""`make mutants`: would the fast tests notice a fault? A sample of small ones, each alone in a copy of the tree.

A fault is one that cosmic-ray makes: another comparison, a number one more, `and` for `or`, a decorator gone. For each
one, those fast tests run that execute its line. A fault that they do not notice **survives**, and is a test to write.
"""
