"""What was learned: linear weights and the network, with their loader and hash."""
