-- What a tenant has in a schema or a database of its own.
create table invoices (
    id    uuid primary key default gen_random_uuid(),
    cents bigint not null
);
