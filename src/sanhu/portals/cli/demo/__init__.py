"""The demonstration district 990101: fictitious bodies, people and matters, all made through the services."""
