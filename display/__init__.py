"""The public pages and sockets: how the strand goes out. Decides nothing; calls the verbs of app.domain."""
