"""Who may do what in the programme: hours, reviews and what else it asks besides evidence."""
