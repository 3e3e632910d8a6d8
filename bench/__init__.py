"""What `make bench` runs: each row is a ratio against a peer measured in the same run, on the same machine."""
