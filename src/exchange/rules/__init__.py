"""Pure functions, frames in and frames out: everything the exchange decides or works out about a row or a file."""
