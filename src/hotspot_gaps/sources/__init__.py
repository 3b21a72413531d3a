"""Sources: read, check and locate what the package is given."""
