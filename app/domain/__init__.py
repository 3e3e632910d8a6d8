"""The verbs: functions on an open transaction, one file per act. No network, no pages, no commit of their own."""
