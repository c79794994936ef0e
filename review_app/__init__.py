"""The table people sit round: where those concerned see, answer and take back."""

from review_app.factory import create_app

__all__ = ["create_app"]
