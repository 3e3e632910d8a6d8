"""Who helps: roles, open invitations, sign-ins, and browsers that are screens."""
