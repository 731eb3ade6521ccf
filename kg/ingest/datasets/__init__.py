"""Datasets of events: how their rows are read, and what each becomes; one module a dataset."""
