"""Widgets that every page is made of; none knows the fleet."""
