"""Provenance-first graph of agreements, reports and alleged violations, as a library."""
