"""Views for officials, one module for each thing they do."""
