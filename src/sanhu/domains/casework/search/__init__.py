"""Searching matters for words that lie sealed in the database."""
