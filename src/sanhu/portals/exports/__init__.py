"""Lists that can be taken away as a file: what each offers, and how the file is written."""
