"""Reading what stands at the gate."""
