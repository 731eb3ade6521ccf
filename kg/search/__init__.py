"""Search: an index of words beside the store, in which names, quotes and texts that may be shown are found.

It follows the store, and nothing in it is the only copy: it can be deleted at any time, and is made anew.
"""
