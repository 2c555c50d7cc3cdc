"""A database's schema as a set of sentences, so that two of them can be compared."""

from tests.databases import execute

_OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'"

# The columns of a table are compared by name and not by place: a column that was dropped and
# added again stands last.
_QUESTION = f"""
SELECT format('%s %s.%s', c.relkind, n.nspname, c.relname)
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
UNION ALL
SELECT format('column %s.%s %s%s default %s comment %s', c.relname, a.attname,
              format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' END,
              pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE {_OURS} AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p')
UNION ALL
SELECT format('constraint %s on %s %s%s', o.conname, o.conrelid::regclass,
              pg_get_constraintdef(o.oid), CASE WHEN NOT o.convalidated THEN ' unproved' END)
  FROM pg_constraint o JOIN pg_namespace n ON n.oid = o.connamespace WHERE {_OURS}
UNION ALL
SELECT format('index %s valid %s', pg_get_indexdef(i.indexrelid), i.indisvalid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS}
UNION ALL
SELECT format('view %s %s', c.relname, pg_get_viewdef(c.oid))
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND c.relkind = 'v'
UNION ALL
SELECT format('label %s of %s', e.enumlabel, e.enumtypid::regtype) FROM pg_enum e
"""


def schema_of(dsn: str) -> frozenset[str]:
    """Tables, columns, constraints, indexes, views and enum labels outside of the system's."""
    return frozenset(sentence for (sentence,) in execute(dsn, _QUESTION))
