"""Everything `make run` and `make test` need beside Django: Postgres, Valkey, a mail catcher, a supervisor.

Nothing here imports Django, except `prepare`, which runs as a process of its own. Production never comes
here: it brings its own Postgres, broker and relay, and its own process manager.
"""
