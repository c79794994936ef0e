"""What all tables share: the names of their keys, and numbers that count up."""

from sqlalchemy import BigInteger, Integer, MetaData
from sqlalchemy.sql.type_api import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "%(constraint_name)s",
    }
)

# SQLite only counts up by itself on a plain INTEGER primary key.
Serial: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
