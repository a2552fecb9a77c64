"""How long records are kept, legal holds, and erasing what is over."""
