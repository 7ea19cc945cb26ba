"""Messages: one outbox for all that technicians and customers are told, and how it reaches them."""
