"""`python -m app` is `strand`."""

from app.cli import main

main()
