"""The pack for the assessment organisation: which pieces are in it, and the file that anybody can verify."""
