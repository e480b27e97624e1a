"""Whole cheques drawn by the project, with the truth of where their signatures are: what the locator learns from."""
