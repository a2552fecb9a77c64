"""Copies of photos, sound and video without location and device, made without re-encoding where possible.

Each module knows one container. It keeps what is on its list of harmless parts and drops or blanks everything else,
so that a part nobody has heard of is dropped as well.
"""
