"""Codes and sheets in the window and on paper. What stands where is worked out in `azdesk.enrol.sheets`; here it is painted."""
