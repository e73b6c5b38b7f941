"""From the bytes of a file to rows of cells, whatever the file calls itself; runs only inside the sandbox."""
