"""Writes of bodies, people, posts and accounts: the only doors through which they change."""
