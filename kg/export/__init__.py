"""Graphs for Gephi and its like: projections of what is said, layouts, formats."""
