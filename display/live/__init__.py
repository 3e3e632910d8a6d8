"""From the log to the browsers: one reader per process, one frame per audience, written once and shared."""
