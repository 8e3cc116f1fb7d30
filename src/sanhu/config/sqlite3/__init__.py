"""SQLite as a district's web process uses it: several threads that read, one at a time that writes."""
