"""The only doors through which instruments, catalogue versions and calendars change."""
