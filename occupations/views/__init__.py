"""The catalogue's pages. It is public knowledge: everybody who is signed in may read all of it."""
