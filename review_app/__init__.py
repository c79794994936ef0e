"""The table people sit round: where those concerned see, answer and take back."""
