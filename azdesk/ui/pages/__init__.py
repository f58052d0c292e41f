"""The pages of the window: each a Designer form, a small class, and a view-model to show."""
