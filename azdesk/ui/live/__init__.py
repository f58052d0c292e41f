"""What stands on the tabs of the page Live: calls, phones, trunks, call records."""
