"""Reading Mastodon and the servers that speak its API: live by server-sent events, or by asking again and again.

Only reads. Acting (boosting, replying, signing in) is not done from here.
"""
