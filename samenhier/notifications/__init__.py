"""The outbox of the house: `notify(...)` inside a transaction, sent later by a worker over SMTP.

Import from `samenhier.notifications.outbox` (`notify`, `notify_many`, `Notice`) and
`samenhier.notifications.kinds` (`Kind`, `OnDoubt`, `register`).
"""
