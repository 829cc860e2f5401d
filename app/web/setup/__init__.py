"""What a one-time link opens: a first account, an invitation, a new password."""
