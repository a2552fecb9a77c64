"""How long records of learners are kept, what is held back from that, and erasing what is over, by two people."""
