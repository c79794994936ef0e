"""What we hold to be right: values in, values out; no database and no network."""
