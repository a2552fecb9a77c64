"""What people with no account confirm: what they are asked, what they are shown, and what they said."""
