"""The programme: how it is read in, what it says, and which post belongs to which session."""
