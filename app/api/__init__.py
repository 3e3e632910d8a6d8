"""The house for programs: JSON under /api/v1, what the pages show and nothing more. Asks verbs and draws views."""
