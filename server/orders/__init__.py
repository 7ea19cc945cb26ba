"""Orders: work orders, their assignment, approval and delivery to the phone."""
