"""Who answered: read from the live connection, never from the configuration."""

from cockpit.database.connection import Reader
from cockpit.errors import PrivilegeMissing
from cockpit.model.target import Identity

_SYSTEM = """
SELECT CASE
         WHEN has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE')
         THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system())
         ELSE ''
       END
"""
_REST = """
SELECT current_database(),
       (SELECT oid::bigint FROM pg_catalog.pg_database WHERE datname = current_database()),
       current_setting('server_version_num')::int,
       current_user::text,
       coalesce(host(inet_server_addr()) || ':' || inet_server_port(), 'socket'),
       pg_is_in_recovery(),
       current_setting('server_encoding')
"""


def read_identity(reader: Reader) -> Identity:
    """The cluster, database, role and place of this session. Reads only.

    `system_identifier` is empty where the server does not let the role read it.
    """
    try:
        system = str(reader.rows(_SYSTEM)[0][0])
    except PrivilegeMissing:
        system = ""
    database, oid, version, role, address, standby, encoding = reader.rows(_REST)[0]
    return Identity(system, database, oid, version, role, address, standby, encoding)
