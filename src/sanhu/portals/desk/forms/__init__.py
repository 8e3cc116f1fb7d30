"""Forms of the desk, one module for each page that has one."""
