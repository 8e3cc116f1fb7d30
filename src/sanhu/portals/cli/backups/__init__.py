"""Backups: one archive of the whole district while it works, and the way back, proved by the record itself."""
