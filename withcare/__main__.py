"""`python -m withcare` is the command."""

from withcare.cli import main

main()
