"""Pages and actions for people who sign in. Every action is one verb of app.domain."""
