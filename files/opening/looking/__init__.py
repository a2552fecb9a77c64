"""What is made of a file for looking at it in place: pictures, pages, a still, its words, its length."""
