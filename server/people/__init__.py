"""People: users and their roles, the company, its branches and service providers, devices."""
