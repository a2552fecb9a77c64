"""The words for reading what the programme keeps: a module beside each module of models."""
