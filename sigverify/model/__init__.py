"""Siamese network, its training and evaluation; the only room that imports torch."""
