"""What moderators ask and do together: the queue, what is beside a post, acts on many, presence, notes."""
