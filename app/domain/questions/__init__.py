"""Questions: asked, being answered, answered; who votes for which, and in what order they stand.

A question is a post (Post.question). Its votes count here alone: the strand never hears of them.
"""
