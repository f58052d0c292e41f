"""What stands on the page Voice Records."""
