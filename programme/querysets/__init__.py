"""The words for reading the programme: a module beside each module of models."""
