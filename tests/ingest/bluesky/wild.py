"""Records and embeds as nobody should write them: strategies for tests that only ask that nothing raises."""

from __future__ import annotations

from hypothesis import strategies as st

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("text", "createdAt", "facets", "embed", "reply", "langs", "labels", "tags", "bridgyOriginalUrl")
INNER = ("images", "items", "video", "external", "record", "media", "aspectRatio", "image", "thumb", "values", "parent")
embeds = st.builds(
    lambda kind, more: {"$type": f"app.bsky.embed.{kind}", **more},
    st.sampled_from(["images", "gallery", "video", "external", "record", "recordWithMedia", "x"]),
    st.dictionaries(st.sampled_from(INNER), anything | st.dictionaries(st.sampled_from(INNER), anything), max_size=4),
)
