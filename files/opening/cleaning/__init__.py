"""Copies of photos, sound and films without place and device, made without encoding them anew where that can be.

Each module knows one container. It keeps what is on its list of harmless parts and drops or blanks everything else,
so that a part nobody has heard of is dropped as well.
"""
