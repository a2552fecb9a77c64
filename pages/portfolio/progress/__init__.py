"""How far an apprentice is: their own page, the dashboard of a learner, and what to do next."""
