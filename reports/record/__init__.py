"""The record in plain words, and what its entries speak of."""
