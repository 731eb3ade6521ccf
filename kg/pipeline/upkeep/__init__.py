"""What keeps a store over the years: verifying, rebuilding, saving, giving back, counting, examining."""
