"""The read model: rows with ready answers and bitmaps of what they are filtered by, made from the store.

It follows the store, and nothing in it is the only copy: it can be deleted at any time, and is made anew.
"""
