"""Which label a message belongs under: read, learnt from, predicted with reasons, and kept silent about in doubt."""
