"""Access: how far, how long, how many people."""
