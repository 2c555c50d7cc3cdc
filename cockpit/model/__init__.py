"""Frozen values, standard library only: what every other layer talks about."""
