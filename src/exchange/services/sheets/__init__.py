"""Excel workbooks: written, laid out, and read again before they go."""
