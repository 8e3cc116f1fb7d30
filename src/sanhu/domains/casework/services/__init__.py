"""What may be done with matters: the only doors through which they change."""
