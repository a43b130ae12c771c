#!/bin/sh
# The operator under test is a single Java file: it needs a database driver and nothing else, and
# evalctl's own class path has one. EVALCTL_RUN_JAVA and EVALCTL_RUN_CLASSPATH say where.
exec "${EVALCTL_RUN_JAVA:-java}" -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \
    -cp "${EVALCTL_RUN_CLASSPATH:?no class path with a PostgreSQL driver}" \
    "$(dirname "$0")/Restock.java"
