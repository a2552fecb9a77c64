"""The floor under each benched page: the least that Django can do to show the same rows to the same person.

Same process, server, database, session, user and compression as the page; the person's memberships and the page's rows
in at most five hand-written statements, one flat template, and as many bytes as the page has.
"""
