"""Views for residents, one module for each thing they come for."""
