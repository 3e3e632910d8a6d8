"""Text without I/O: untrusted HTML, facets and typed words become segments. Knows no network and no house."""
