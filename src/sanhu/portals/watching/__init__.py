"""What whoever runs an installation sees of it: a line for each request, and figures for a monitor. Nobody is in it."""
