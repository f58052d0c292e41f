"""What stands on the tabs of the page Numbers."""
