"""May this be done at the gate, and may this person do it? One module for each state table; no models imported."""
