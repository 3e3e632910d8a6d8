"""How one post comes in, is written here, changes and leaves. Who may see it is audience.py's."""
